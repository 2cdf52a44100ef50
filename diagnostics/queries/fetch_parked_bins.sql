-- Hourly means of the tyres of a car that does not drive.
select extract(epoch from date_bin('1 hour', recorded_at, 'epoch'))::float8 as at_s,
       avg(tyre_pressure_front_left_kpa) as tyre_pressure_front_left_kpa,
       avg(tyre_pressure_front_right_kpa) as tyre_pressure_front_right_kpa,
       avg(tyre_pressure_rear_left_kpa) as tyre_pressure_rear_left_kpa,
       avg(tyre_pressure_rear_right_kpa) as tyre_pressure_rear_right_kpa,
       avg(tyre_temperature_front_left_c) as tyre_temperature_front_left_c,
       avg(tyre_temperature_front_right_c) as tyre_temperature_front_right_c,
       avg(tyre_temperature_rear_left_c) as tyre_temperature_rear_left_c,
       avg(tyre_temperature_rear_right_c) as tyre_temperature_rear_right_c
from published.samples
where vehicle_id = %(vehicle_id)s
  and recorded_at >= date_bin('1 hour', %(from_at)s, 'epoch')
  and recorded_at < date_bin('1 hour', %(to_at)s, 'epoch') + interval '1 hour'
  and coalesce(engine_speed_rpm, 0) <= 300
  and coalesce(vehicle_speed_kmh, 0) = 0
  and coalesce(tyre_pressure_front_left_kpa, tyre_pressure_front_right_kpa, tyre_pressure_rear_left_kpa, tyre_pressure_rear_right_kpa) is not null
group by 1
order by 1
