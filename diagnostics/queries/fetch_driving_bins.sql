-- Means over ten seconds of a car that drives. `at_s` is the start of the bin in Unix seconds.
select extract(epoch from date_bin('10 seconds', recorded_at, 'epoch'))::float8 as at_s,
       avg(vehicle_speed_kmh) as vehicle_speed_kmh,
       avg(engine_speed_rpm) as engine_speed_rpm,
       avg(ambient_temperature_c) as ambient_temperature_c,
       avg(system_voltage_v) as system_voltage_v,
       avg(voltage_ripple_v) as voltage_ripple_v,
       avg(coolant_temperature_c) as coolant_temperature_c,
       avg(coolant_level_percent) as coolant_level_percent,
       avg(mass_air_flow_gps) as mass_air_flow_gps,
       avg(fuel_rate_lph) as fuel_rate_lph,
       avg(intake_air_temperature_c) as intake_air_temperature_c,
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
  and recorded_at between %(from_at)s and %(to_at)s
  and (engine_speed_rpm > 300 or vehicle_speed_kmh > 0)
group by 1
order by 1
