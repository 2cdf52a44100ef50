-- Means over ten seconds of cars that drive, by span. `at_s` is the start of the bin in Unix seconds; the columns are
-- those of samples.SIGNALS, in that order. Of a number of a cell no mean can be made: the least.
select span.place, bin.*
from unnest(%(places)s::integer[], %(vehicle_ids)s::bigint[], %(from_at)s::timestamptz[], %(to_at)s::timestamptz[])
    as span (place, vehicle_id, from_at, to_at)
cross join lateral (
    select extract(epoch from date_bin('10 seconds', recorded_at, 'epoch'))::float8 as at_s,
           avg(vehicle_speed_kmh)::float8,
           avg(odometer_km)::float8,
           avg(ambient_temperature_c)::float8,
           avg(system_voltage_v)::float8,
           avg(voltage_ripple_v)::float8,
           avg(engine_speed_rpm)::float8,
           avg(coolant_temperature_c)::float8,
           avg(intake_air_temperature_c)::float8,
           avg(intake_manifold_pressure_kpa)::float8,
           avg(mass_air_flow_gps)::float8,
           avg(throttle_position_percent)::float8,
           avg(engine_load_percent)::float8,
           avg(short_term_fuel_trim_1_percent)::float8,
           avg(long_term_fuel_trim_1_percent)::float8,
           avg(short_term_fuel_trim_2_percent)::float8,
           avg(long_term_fuel_trim_2_percent)::float8,
           avg(engine_oil_temperature_c)::float8,
           avg(engine_oil_pressure_kpa)::float8,
           avg(engine_oil_level_mm)::float8,
           avg(engine_oil_life_percent)::float8,
           avg(coolant_level_percent)::float8,
           avg(fuel_rate_lph)::float8,
           avg(dpf_differential_pressure_kpa)::float8,
           avg(dpf_soot_mass_g)::float8,
           avg(dpf_distance_since_regeneration_km)::float8,
           avg(exhaust_flow_kgph)::float8,
           avg(traction_state_of_charge_percent)::float8,
           avg(traction_state_of_health_percent)::float8,
           avg(traction_current_a)::float8,
           avg(traction_cell_voltage_min_v)::float8,
           avg(traction_cell_voltage_max_v)::float8,
           min(traction_cell_id_min)::float8,
           avg(traction_temperature_average_c)::float8,
           avg(misfire_count_cylinder_1)::float8,
           avg(misfire_count_cylinder_2)::float8,
           avg(misfire_count_cylinder_3)::float8,
           avg(misfire_count_cylinder_4)::float8,
           avg(misfire_count_cylinder_5)::float8,
           avg(misfire_count_cylinder_6)::float8,
           avg(misfire_count_cylinder_7)::float8,
           avg(misfire_count_cylinder_8)::float8,
           avg(tyre_pressure_front_left_kpa)::float8,
           avg(tyre_pressure_front_right_kpa)::float8,
           avg(tyre_pressure_rear_left_kpa)::float8,
           avg(tyre_pressure_rear_right_kpa)::float8,
           avg(tyre_temperature_front_left_c)::float8,
           avg(tyre_temperature_front_right_c)::float8,
           avg(tyre_temperature_rear_left_c)::float8,
           avg(tyre_temperature_rear_right_c)::float8,
           avg(brake_pad_front_left_mm)::float8,
           avg(brake_pad_front_right_mm)::float8,
           avg(brake_pad_rear_left_mm)::float8,
           avg(brake_pad_rear_right_mm)::float8,
           avg(brake_pad_wear_front_left_percent)::float8,
           avg(brake_pad_wear_front_right_percent)::float8,
           avg(brake_pad_wear_rear_left_percent)::float8,
           avg(brake_pad_wear_rear_right_percent)::float8
    from published.samples
    where vehicle_id = span.vehicle_id
      and recorded_at >= span.from_at
      and recorded_at < span.to_at
      and (engine_speed_rpm > 300 or vehicle_speed_kmh > 0)
    group by 1
) as bin
order by span.place, bin.at_s
