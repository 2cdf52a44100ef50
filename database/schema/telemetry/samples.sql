-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.samples (
    vehicle_id bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    stored_at timestamp with time zone DEFAULT now() NOT NULL,
    boot_id uuid NOT NULL,
    boot_number bigint NOT NULL,
    sequence bigint NOT NULL,
    frame integer NOT NULL,
    clock_quality smallint NOT NULL,
    late boolean NOT NULL,
    extra jsonb,
    vehicle_speed_kmh real,
    odometer_km double precision,
    trip_distance_km real,
    trip_duration_s real,
    is_moving boolean,
    longitudinal_acceleration_ms2 real,
    lateral_acceleration_ms2 real,
    ambient_temperature_c real,
    average_speed_kmh real,
    ambient_humidity_percent real,
    is_trailer_connected boolean,
    overall_weight_kg integer,
    ignition_state text,
    parking_brake_engaged boolean,
    barometric_pressure_kpa real,
    system_voltage_v real,
    battery_current_a real,
    battery_temperature_c real,
    battery_state_of_charge_percent real,
    battery_state_of_health_percent real,
    battery_internal_resistance_mohm real,
    rest_voltage_v real,
    alternator_load_percent real,
    voltage_ripple_v real,
    alternator_setpoint_v real,
    quiescent_current_ma real,
    engine_speed_rpm real,
    coolant_temperature_c real,
    intake_air_temperature_c real,
    intake_manifold_pressure_kpa real,
    mass_air_flow_gps real,
    throttle_position_percent real,
    engine_load_percent real,
    accelerator_pedal_d_percent real,
    accelerator_pedal_e_percent real,
    short_term_fuel_trim_1_percent real,
    long_term_fuel_trim_1_percent real,
    short_term_fuel_trim_2_percent real,
    long_term_fuel_trim_2_percent real,
    ignition_timing_deg real,
    fuel_rail_pressure_kpa real,
    commanded_lambda real,
    oxygen_sensor_1_voltage_v real,
    oxygen_sensor_2_voltage_v real,
    engine_oil_temperature_c real,
    engine_oil_pressure_kpa real,
    engine_oil_level_mm real,
    engine_oil_life_percent real,
    coolant_level_percent real,
    engine_run_time_s real,
    engine_hours_h double precision,
    engine_idle_hours_h double precision,
    engine_is_running boolean,
    engine_torque_nm real,
    engine_power_kw real,
    radiator_fan_percent real,
    boost_pressure_target_kpa real,
    boost_pressure_kpa real,
    egr_commanded_percent real,
    egr_error_percent real,
    catalyst_temperature_c real,
    evap_purge_percent real,
    engine_revolutions bigint,
    misfire_count_cylinder_1 integer,
    misfire_count_cylinder_2 integer,
    misfire_count_cylinder_3 integer,
    misfire_count_cylinder_4 integer,
    misfire_count_cylinder_5 integer,
    misfire_count_cylinder_6 integer,
    misfire_count_cylinder_7 integer,
    misfire_count_cylinder_8 integer,
    misfire_count_all integer,
    fuel_level_percent real,
    fuel_level_l real,
    fuel_rate_lph real,
    fuel_consumption_l100km real,
    fuel_used_l double precision,
    fuel_temperature_c real,
    dpf_differential_pressure_kpa real,
    dpf_inlet_temperature_c real,
    dpf_outlet_temperature_c real,
    dpf_soot_mass_g real,
    dpf_ash_mass_g real,
    dpf_regeneration_active boolean,
    dpf_distance_since_regeneration_km real,
    def_level_percent real,
    def_range_km real,
    nox_outlet_ppm real,
    exhaust_flow_kgph real,
    transmission_oil_temperature_c real,
    current_gear smallint,
    clutch_wear_percent real,
    transmission_distance_km double precision,
    tyre_pressure_front_left_kpa real,
    tyre_pressure_front_right_kpa real,
    tyre_pressure_rear_left_kpa real,
    tyre_pressure_rear_right_kpa real,
    tyre_temperature_front_left_c real,
    tyre_temperature_front_right_c real,
    tyre_temperature_rear_left_c real,
    tyre_temperature_rear_right_c real,
    brake_pad_front_left_mm real,
    brake_pad_front_right_mm real,
    brake_pad_rear_left_mm real,
    brake_pad_rear_right_mm real,
    brake_pad_wear_front_left_percent real,
    brake_pad_wear_front_right_percent real,
    brake_pad_wear_rear_left_percent real,
    brake_pad_wear_rear_right_percent real,
    wheel_speed_front_left_kmh real,
    wheel_speed_front_right_kmh real,
    wheel_speed_rear_left_kmh real,
    wheel_speed_rear_right_kmh real,
    tyre_tread_front_left_mm real,
    tyre_tread_front_right_mm real,
    tyre_tread_rear_left_mm real,
    tyre_tread_rear_right_mm real,
    brake_pedal_percent real,
    brake_fluid_level_low boolean,
    brake_disc_temperature_c real,
    emergency_braking_detected boolean,
    steering_angle_deg real,
    traction_state_of_charge_percent real,
    traction_state_of_charge_displayed_percent real,
    traction_state_of_health_percent real,
    traction_voltage_v real,
    traction_current_a real,
    traction_cell_voltage_min_v real,
    traction_cell_voltage_max_v real,
    traction_cell_id_min integer,
    traction_cell_id_max integer,
    traction_temperature_average_c real,
    traction_temperature_min_c real,
    traction_temperature_max_c real,
    traction_charged_kwh double precision,
    traction_consumed_kwh double precision,
    traction_is_charging boolean,
    charge_current_dc_a real,
    charge_power_kw real,
    dcdc_temperature_c real,
    motor_temperature_c real,
    motor_speed_rpm real,
    motor_torque_nm real,
    motor_power_kw real,
    motor_coolant_temperature_c real,
    isolation_resistance_kohm real,
    electric_range_km real,
    traction_cell_resistance_mohm real,
    dtc_count smallint,
    mil_is_on boolean,
    distance_with_mil_km real,
    distance_since_clear_km real,
    warm_ups_since_clear integer,
    time_since_clear_min real,
    service_distance_km real,
    service_time_s bigint,
    service_is_due boolean,
    washer_fluid_low boolean,
    wiper_wear_percent real,
    head_unit_buffer_percent real,
    cabin_temperature_c real
);
ALTER TABLE ONLY telemetry.samples ALTER COLUMN received_at SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN stored_at SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN boot_id SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN boot_number SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN sequence SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN frame SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN clock_quality SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN late SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN extra SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN vehicle_speed_kmh SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN odometer_km SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN trip_distance_km SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN trip_duration_s SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN is_moving SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN longitudinal_acceleration_ms2 SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN lateral_acceleration_ms2 SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN ambient_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN average_speed_kmh SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN ambient_humidity_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN is_trailer_connected SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN overall_weight_kg SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN ignition_state SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN parking_brake_engaged SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN barometric_pressure_kpa SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN system_voltage_v SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN battery_current_a SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN battery_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN battery_state_of_charge_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN battery_state_of_health_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN battery_internal_resistance_mohm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN rest_voltage_v SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN alternator_load_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN voltage_ripple_v SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN alternator_setpoint_v SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN quiescent_current_ma SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_speed_rpm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN coolant_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN intake_air_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN intake_manifold_pressure_kpa SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN mass_air_flow_gps SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN throttle_position_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_load_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN accelerator_pedal_d_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN accelerator_pedal_e_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN short_term_fuel_trim_1_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN long_term_fuel_trim_1_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN short_term_fuel_trim_2_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN long_term_fuel_trim_2_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN ignition_timing_deg SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN fuel_rail_pressure_kpa SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN commanded_lambda SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN oxygen_sensor_1_voltage_v SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN oxygen_sensor_2_voltage_v SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_oil_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_oil_pressure_kpa SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_oil_level_mm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_oil_life_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN coolant_level_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_run_time_s SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_hours_h SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_idle_hours_h SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_is_running SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_torque_nm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_power_kw SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN radiator_fan_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN boost_pressure_target_kpa SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN boost_pressure_kpa SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN egr_commanded_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN egr_error_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN catalyst_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN evap_purge_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN engine_revolutions SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN misfire_count_cylinder_1 SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN misfire_count_cylinder_2 SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN misfire_count_cylinder_3 SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN misfire_count_cylinder_4 SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN misfire_count_cylinder_5 SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN misfire_count_cylinder_6 SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN misfire_count_cylinder_7 SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN misfire_count_cylinder_8 SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN misfire_count_all SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN fuel_level_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN fuel_level_l SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN fuel_rate_lph SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN fuel_consumption_l100km SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN fuel_used_l SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN fuel_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN dpf_differential_pressure_kpa SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN dpf_inlet_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN dpf_outlet_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN dpf_soot_mass_g SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN dpf_ash_mass_g SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN dpf_regeneration_active SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN dpf_distance_since_regeneration_km SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN def_level_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN def_range_km SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN nox_outlet_ppm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN exhaust_flow_kgph SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN transmission_oil_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN current_gear SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN clutch_wear_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN transmission_distance_km SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_pressure_front_left_kpa SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_pressure_front_right_kpa SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_pressure_rear_left_kpa SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_pressure_rear_right_kpa SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_temperature_front_left_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_temperature_front_right_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_temperature_rear_left_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_temperature_rear_right_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN brake_pad_front_left_mm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN brake_pad_front_right_mm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN brake_pad_rear_left_mm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN brake_pad_rear_right_mm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN brake_pad_wear_front_left_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN brake_pad_wear_front_right_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN brake_pad_wear_rear_left_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN brake_pad_wear_rear_right_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN wheel_speed_front_left_kmh SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN wheel_speed_front_right_kmh SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN wheel_speed_rear_left_kmh SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN wheel_speed_rear_right_kmh SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_tread_front_left_mm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_tread_front_right_mm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_tread_rear_left_mm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN tyre_tread_rear_right_mm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN brake_pedal_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN brake_fluid_level_low SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN brake_disc_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN emergency_braking_detected SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN steering_angle_deg SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_state_of_charge_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_state_of_charge_displayed_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_state_of_health_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_voltage_v SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_current_a SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_cell_voltage_min_v SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_cell_voltage_max_v SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_cell_id_min SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_cell_id_max SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_temperature_average_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_temperature_min_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_temperature_max_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_charged_kwh SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_consumed_kwh SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_is_charging SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN charge_current_dc_a SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN charge_power_kw SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN dcdc_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN motor_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN motor_speed_rpm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN motor_torque_nm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN motor_power_kw SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN motor_coolant_temperature_c SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN isolation_resistance_kohm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN electric_range_km SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN traction_cell_resistance_mohm SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN dtc_count SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN mil_is_on SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN distance_with_mil_km SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN distance_since_clear_km SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN warm_ups_since_clear SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN time_since_clear_min SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN service_distance_km SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN service_time_s SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN service_is_due SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN washer_fluid_low SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN wiper_wear_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN head_unit_buffer_percent SET STATISTICS 0;
ALTER TABLE ONLY telemetry.samples ALTER COLUMN cabin_temperature_c SET STATISTICS 0;

ALTER TABLE ONLY telemetry.samples
    ADD CONSTRAINT samples_vehicle_id_recorded_at_key UNIQUE (vehicle_id, recorded_at);

CREATE INDEX samples_recorded_at ON telemetry.samples USING brin (recorded_at);

GRANT SELECT,INSERT,DELETE ON TABLE telemetry.samples TO servicelane_ingest;
