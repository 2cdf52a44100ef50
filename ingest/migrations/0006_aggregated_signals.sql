-- Which signal is aggregated in which group. A group has three tables: telemetry.engine_by_minute, _by_hour, _by_day.
--
-- Of every signal: count, minimum, maximum. Of all but running totals (`sum_bits` null) also the sum, as a whole number
-- of units of 2^-sum_bits: whole numbers can be added in any order, so late rows and repeated runs give the same to the
-- last bit. `sum_bits` is the largest that keeps the catalogue's range in an integer; the unit is then finer than the
-- sample's own four bytes wherever a value is not close to zero. Positions are personal data and have no aggregate.
create table if not exists telemetry.aggregated_signals (
    signal     text     not null primary key,
    group_name text     not null,
    sum_bits   smallint check (sum_bits between 0 and 30)
);

insert into telemetry.aggregated_signals (group_name, signal, sum_bits)
select 'driving', signal, sum_bits from (values
    ('vehicle_speed_kmh', 22), ('odometer_km', null), ('trip_distance_km', 18), ('trip_duration_s', 11),
    ('longitudinal_acceleration_ms2', 26), ('lateral_acceleration_ms2', 26), ('ambient_temperature_c', 24),
    ('average_speed_kmh', 22), ('ambient_humidity_percent', 24), ('overall_weight_kg', 15),
    ('barometric_pressure_kpa', 24), ('transmission_oil_temperature_c', 23), ('clutch_wear_percent', 24),
    ('transmission_distance_km', null)
) as row (signal, sum_bits) on conflict (signal) do nothing;

insert into telemetry.aggregated_signals (group_name, signal, sum_bits)
select 'low_voltage', signal, sum_bits from (values
    ('system_voltage_v', 25), ('battery_current_a', 20), ('battery_temperature_c', 24),
    ('battery_state_of_charge_percent', 24), ('battery_state_of_health_percent', 24),
    ('battery_internal_resistance_mohm', 23), ('rest_voltage_v', 25), ('alternator_load_percent', 24),
    ('voltage_ripple_v', 26), ('alternator_setpoint_v', 25), ('quiescent_current_ma', 16)
) as row (signal, sum_bits) on conflict (signal) do nothing;

insert into telemetry.aggregated_signals (group_name, signal, sum_bits)
select 'engine', signal, sum_bits from (values
    ('engine_speed_rpm', 16), ('coolant_temperature_c', 23), ('intake_air_temperature_c', 23),
    ('intake_manifold_pressure_kpa', 22), ('mass_air_flow_gps', 21), ('throttle_position_percent', 24),
    ('engine_load_percent', 24), ('accelerator_pedal_d_percent', 24), ('accelerator_pedal_e_percent', 24),
    ('short_term_fuel_trim_1_percent', 24), ('long_term_fuel_trim_1_percent', 24),
    ('short_term_fuel_trim_2_percent', 24), ('long_term_fuel_trim_2_percent', 24), ('ignition_timing_deg', 24),
    ('fuel_rail_pressure_kpa', 12), ('commanded_lambda', 29), ('oxygen_sensor_1_voltage_v', 27),
    ('oxygen_sensor_2_voltage_v', 27), ('engine_oil_temperature_c', 23), ('engine_oil_pressure_kpa', 20),
    ('engine_oil_level_mm', 24), ('engine_oil_life_percent', 24), ('coolant_level_percent', 24),
    ('engine_run_time_s', 11), ('engine_hours_h', null), ('engine_idle_hours_h', null), ('engine_torque_nm', 18),
    ('engine_power_kw', 20), ('radiator_fan_percent', 24), ('boost_pressure_target_kpa', 22),
    ('boost_pressure_kpa', 22), ('egr_commanded_percent', 24), ('egr_error_percent', 24),
    ('catalyst_temperature_c', 20), ('evap_purge_percent', 24), ('engine_revolutions', null),
    ('misfire_count_cylinder_1', 15), ('misfire_count_cylinder_2', 15), ('misfire_count_cylinder_3', 15),
    ('misfire_count_cylinder_4', 15), ('misfire_count_cylinder_5', 15), ('misfire_count_cylinder_6', 15),
    ('misfire_count_cylinder_7', 15), ('misfire_count_cylinder_8', 15), ('misfire_count_all', 15)
) as row (signal, sum_bits) on conflict (signal) do nothing;

insert into telemetry.aggregated_signals (group_name, signal, sum_bits)
select 'fuel', signal, sum_bits from (values
    ('fuel_level_percent', 24), ('fuel_level_l', 20), ('fuel_rate_lph', 22), ('fuel_consumption_l100km', 22),
    ('fuel_used_l', null), ('fuel_temperature_c', 23), ('dpf_differential_pressure_kpa', 23),
    ('dpf_inlet_temperature_c', 20), ('dpf_outlet_temperature_c', 20), ('dpf_soot_mass_g', 22),
    ('dpf_ash_mass_g', 22), ('dpf_distance_since_regeneration_km', 14), ('def_level_percent', 24),
    ('def_range_km', 15), ('nox_outlet_ppm', 18), ('exhaust_flow_kgph', 18)
) as row (signal, sum_bits) on conflict (signal) do nothing;

insert into telemetry.aggregated_signals (group_name, signal, sum_bits)
select 'wheels', signal, sum_bits from (values
    ('tyre_pressure_front_left_kpa', 20), ('tyre_pressure_front_right_kpa', 20), ('tyre_pressure_rear_left_kpa', 20),
    ('tyre_pressure_rear_right_kpa', 20), ('tyre_temperature_front_left_c', 23),
    ('tyre_temperature_front_right_c', 23), ('tyre_temperature_rear_left_c', 23),
    ('tyre_temperature_rear_right_c', 23), ('brake_pad_front_left_mm', 26), ('brake_pad_front_right_mm', 26),
    ('brake_pad_rear_left_mm', 26), ('brake_pad_rear_right_mm', 26), ('brake_pad_wear_front_left_percent', 24),
    ('brake_pad_wear_front_right_percent', 24), ('brake_pad_wear_rear_left_percent', 24),
    ('brake_pad_wear_rear_right_percent', 24), ('wheel_speed_front_left_kmh', 22),
    ('wheel_speed_front_right_kmh', 22), ('wheel_speed_rear_left_kmh', 22), ('wheel_speed_rear_right_kmh', 22),
    ('tyre_tread_front_left_mm', 26), ('tyre_tread_front_right_mm', 26), ('tyre_tread_rear_left_mm', 26),
    ('tyre_tread_rear_right_mm', 26), ('brake_pedal_percent', 24), ('brake_disc_temperature_c', 20),
    ('steering_angle_deg', 20)
) as row (signal, sum_bits) on conflict (signal) do nothing;

insert into telemetry.aggregated_signals (group_name, signal, sum_bits)
select 'traction', signal, sum_bits from (values
    ('traction_state_of_charge_percent', 24), ('traction_state_of_charge_displayed_percent', 24),
    ('traction_state_of_health_percent', 24), ('traction_voltage_v', 20), ('traction_current_a', 19),
    ('traction_cell_voltage_min_v', 28), ('traction_cell_voltage_max_v', 28), ('traction_temperature_average_c', 23),
    ('traction_temperature_min_c', 23), ('traction_temperature_max_c', 23), ('traction_charged_kwh', null),
    ('traction_consumed_kwh', null), ('charge_current_dc_a', 20), ('charge_power_kw', 20), ('dcdc_temperature_c', 23),
    ('motor_temperature_c', 23), ('motor_speed_rpm', 16), ('motor_torque_nm', 19), ('motor_power_kw', 20),
    ('motor_coolant_temperature_c', 23), ('isolation_resistance_kohm', 14), ('electric_range_km', 19),
    ('traction_cell_resistance_mohm', 24)
) as row (signal, sum_bits) on conflict (signal) do nothing;

insert into telemetry.aggregated_signals (group_name, signal, sum_bits)
select 'service', signal, sum_bits from (values
    ('dtc_count', 23), ('distance_with_mil_km', 14), ('distance_since_clear_km', 14), ('warm_ups_since_clear', 23),
    ('time_since_clear_min', 15), ('service_distance_km', 14), ('service_time_s', 1), ('wiper_wear_percent', 24),
    ('head_unit_buffer_percent', 24), ('cabin_temperature_c', 24)
) as row (signal, sum_bits) on conflict (signal) do nothing;

create or replace view published.aggregated_signals as
select signal, group_name, sum_bits is null as is_total
from telemetry.aggregated_signals;

grant select on telemetry.aggregated_signals to servicelane_ingest;
grant select on published.aggregated_signals to servicelane_reader;
