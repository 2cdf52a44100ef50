-- Hourly means of cars that do not drive, by whole hours of a car. The columns are those of samples.PARKED_SIGNALS.
select hour.place, bin.*
from unnest(%(places)s::integer[], %(vehicle_ids)s::bigint[], %(from_at)s::timestamptz[], %(to_at)s::timestamptz[])
    as hour (place, vehicle_id, from_at, to_at)
cross join lateral (
    select extract(epoch from hour.from_at)::float8 as at_s,
           avg(rest_voltage_v)::float8,
           avg(quiescent_current_ma)::float8,
           avg(ambient_temperature_c)::float8,
           avg(traction_current_a)::float8,
           avg(traction_cell_voltage_min_v)::float8,
           avg(traction_cell_voltage_max_v)::float8,
           avg(tyre_pressure_front_left_kpa)::float8,
           avg(tyre_pressure_front_right_kpa)::float8,
           avg(tyre_pressure_rear_left_kpa)::float8,
           avg(tyre_pressure_rear_right_kpa)::float8,
           avg(tyre_temperature_front_left_c)::float8,
           avg(tyre_temperature_front_right_c)::float8,
           avg(tyre_temperature_rear_left_c)::float8,
           avg(tyre_temperature_rear_right_c)::float8
    from published.samples
    where vehicle_id = hour.vehicle_id
      and recorded_at >= hour.from_at
      and recorded_at < hour.to_at
      and coalesce(engine_speed_rpm, 0) <= 300
      and coalesce(vehicle_speed_kmh, 0) = 0
    having count(*) > 0
) as bin
order by hour.place
