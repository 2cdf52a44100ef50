insert into samples (
    vehicle_id, recorded_at, boot_id, boot_number, sequence, frame, clock_quality, vehicle_speed_kmh, odometer_km,
    trip_distance_km, longitudinal_acceleration_ms2, lateral_acceleration_ms2, ambient_temperature_c,
    system_voltage_v, battery_current_a, battery_temperature_c, battery_state_of_charge_percent,
    alternator_load_percent, engine_speed_rpm, coolant_temperature_c, intake_air_temperature_c,
    intake_manifold_pressure_kpa, mass_air_flow_gps, throttle_position_percent, engine_load_percent,
    accelerator_pedal_d_percent, short_term_fuel_trim_1_percent, long_term_fuel_trim_1_percent, ignition_timing_deg,
    engine_oil_temperature_c, engine_oil_pressure_kpa, engine_run_time_s, fuel_level_percent, fuel_rate_lph,
    brake_pedal_percent, steering_angle_deg, commanded_lambda, latitude_deg, longitude_deg, codes
) values (
    %(vehicle_id)s, to_timestamp(%(recorded_at)s / 1000.0), %(boot_id)s, %(boot_number)s, %(sequence)s, %(frame)s,
    %(clock_quality)s, %(vehicle_speed_kmh)s, %(odometer_km)s, %(trip_distance_km)s,
    %(longitudinal_acceleration_ms2)s, %(lateral_acceleration_ms2)s, %(ambient_temperature_c)s,
    %(system_voltage_v)s, %(battery_current_a)s, %(battery_temperature_c)s, %(battery_state_of_charge_percent)s,
    %(alternator_load_percent)s, %(engine_speed_rpm)s, %(coolant_temperature_c)s, %(intake_air_temperature_c)s,
    %(intake_manifold_pressure_kpa)s, %(mass_air_flow_gps)s, %(throttle_position_percent)s, %(engine_load_percent)s,
    %(accelerator_pedal_d_percent)s, %(short_term_fuel_trim_1_percent)s, %(long_term_fuel_trim_1_percent)s,
    %(ignition_timing_deg)s, %(engine_oil_temperature_c)s, %(engine_oil_pressure_kpa)s, %(engine_run_time_s)s,
    %(fuel_level_percent)s, %(fuel_rate_lph)s, %(brake_pedal_percent)s, %(steering_angle_deg)s,
    %(commanded_lambda)s, %(latitude_deg)s, %(longitude_deg)s, %(codes)s
)
