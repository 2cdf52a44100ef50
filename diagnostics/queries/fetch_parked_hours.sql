-- Hours within spans in which a car stood and told of tyres, rest voltage or cells.
select distinct span.vehicle_id, date_bin('1 hour', recorded_at, 'epoch') as hour
from unnest(%(vehicle_ids)s::bigint[], %(from_at)s::timestamptz[], %(to_at)s::timestamptz[])
    as span (vehicle_id, from_at, to_at)
join published.samples as sample
  on sample.vehicle_id = span.vehicle_id
 and sample.recorded_at >= span.from_at
 and sample.recorded_at < span.to_at
where coalesce(engine_speed_rpm, 0) <= 300
  and coalesce(vehicle_speed_kmh, 0) = 0
  and coalesce(tyre_pressure_front_left_kpa, tyre_pressure_front_right_kpa, tyre_pressure_rear_left_kpa,
               tyre_pressure_rear_right_kpa, rest_voltage_v, quiescent_current_ma, traction_cell_voltage_max_v) is not null
order by 1, 2
