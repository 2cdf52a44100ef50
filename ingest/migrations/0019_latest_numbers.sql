-- The newest numbers of a car lie in three arrays, whose places belong together: by ascending signal the value and the Unix
-- milliseconds of the frame it came with. Numbers are most of what cars send and are written anew with every batch; to
-- read and write them as JSON costs several times as much. What is no number stays in `signals`.
alter table telemetry.latest_state
    add column if not exists signal_ids smallint[] not null default '{}',
    add column if not exists signal_values double precision[] not null default '{}',
    add column if not exists signal_at_ms bigint[] not null default '{}';

-- The names of the signals that are numbers. A boolean is 0 or 1. Positions are personal data and have no latest state.
create table if not exists telemetry.number_signals (
    signal_id  smallint not null primary key,
    name       text     not null unique,
    is_boolean boolean  not null
);

insert into telemetry.number_signals (signal_id, name, is_boolean)
select signal_id, name, false from (values
    (1, 'vehicle_speed_kmh'), (2, 'odometer_km'), (3, 'trip_distance_km'), (4, 'trip_duration_s'),
    (6, 'longitudinal_acceleration_ms2'), (7, 'lateral_acceleration_ms2'), (8, 'ambient_temperature_c'),
    (12, 'average_speed_kmh'), (13, 'ambient_humidity_percent'), (15, 'overall_weight_kg'),
    (18, 'barometric_pressure_kpa'), (30, 'system_voltage_v'), (31, 'battery_current_a'),
    (32, 'battery_temperature_c'), (33, 'battery_state_of_charge_percent'), (34, 'battery_state_of_health_percent'),
    (35, 'battery_internal_resistance_mohm'), (36, 'rest_voltage_v'), (37, 'alternator_load_percent'),
    (38, 'voltage_ripple_v'), (39, 'alternator_setpoint_v'), (40, 'quiescent_current_ma'), (60, 'engine_speed_rpm'),
    (61, 'coolant_temperature_c'), (62, 'intake_air_temperature_c'), (63, 'intake_manifold_pressure_kpa'),
    (64, 'mass_air_flow_gps'), (65, 'throttle_position_percent'), (66, 'engine_load_percent'),
    (67, 'accelerator_pedal_d_percent'), (68, 'accelerator_pedal_e_percent'), (69, 'short_term_fuel_trim_1_percent'),
    (70, 'long_term_fuel_trim_1_percent'), (71, 'short_term_fuel_trim_2_percent'),
    (72, 'long_term_fuel_trim_2_percent'), (73, 'ignition_timing_deg'), (74, 'fuel_rail_pressure_kpa'),
    (75, 'commanded_lambda'), (76, 'oxygen_sensor_1_voltage_v'), (77, 'oxygen_sensor_2_voltage_v'),
    (78, 'engine_oil_temperature_c'), (79, 'engine_oil_pressure_kpa'), (80, 'engine_oil_level_mm'),
    (81, 'engine_oil_life_percent'), (82, 'coolant_level_percent'), (83, 'engine_run_time_s'),
    (84, 'engine_hours_h'), (85, 'engine_idle_hours_h'), (87, 'engine_torque_nm'), (88, 'engine_power_kw'),
    (89, 'radiator_fan_percent'), (90, 'boost_pressure_target_kpa'), (91, 'boost_pressure_kpa'),
    (92, 'egr_commanded_percent'), (93, 'egr_error_percent'), (94, 'catalyst_temperature_c'),
    (95, 'evap_purge_percent'), (96, 'engine_revolutions'), (110, 'misfire_count_cylinder_1'),
    (111, 'misfire_count_cylinder_2'), (112, 'misfire_count_cylinder_3'), (113, 'misfire_count_cylinder_4'),
    (114, 'misfire_count_cylinder_5'), (115, 'misfire_count_cylinder_6'), (116, 'misfire_count_cylinder_7'),
    (117, 'misfire_count_cylinder_8'), (118, 'misfire_count_all'), (130, 'fuel_level_percent'),
    (131, 'fuel_level_l'), (132, 'fuel_rate_lph'), (133, 'fuel_consumption_l100km'), (134, 'fuel_used_l'),
    (135, 'fuel_temperature_c'), (150, 'dpf_differential_pressure_kpa'), (151, 'dpf_inlet_temperature_c'),
    (152, 'dpf_outlet_temperature_c'), (153, 'dpf_soot_mass_g'), (154, 'dpf_ash_mass_g'),
    (156, 'dpf_distance_since_regeneration_km'), (157, 'def_level_percent'), (158, 'def_range_km'),
    (159, 'nox_outlet_ppm'), (160, 'exhaust_flow_kgph'), (180, 'transmission_oil_temperature_c'),
    (181, 'current_gear'), (182, 'clutch_wear_percent'), (183, 'transmission_distance_km'),
    (200, 'tyre_pressure_front_left_kpa'), (201, 'tyre_pressure_front_right_kpa'),
    (202, 'tyre_pressure_rear_left_kpa'), (203, 'tyre_pressure_rear_right_kpa'),
    (204, 'tyre_temperature_front_left_c'), (205, 'tyre_temperature_front_right_c'),
    (206, 'tyre_temperature_rear_left_c'), (207, 'tyre_temperature_rear_right_c'), (208, 'brake_pad_front_left_mm'),
    (209, 'brake_pad_front_right_mm'), (210, 'brake_pad_rear_left_mm'), (211, 'brake_pad_rear_right_mm'),
    (212, 'brake_pad_wear_front_left_percent'), (213, 'brake_pad_wear_front_right_percent'),
    (214, 'brake_pad_wear_rear_left_percent'), (215, 'brake_pad_wear_rear_right_percent'),
    (216, 'wheel_speed_front_left_kmh'), (217, 'wheel_speed_front_right_kmh'), (218, 'wheel_speed_rear_left_kmh'),
    (219, 'wheel_speed_rear_right_kmh'), (220, 'tyre_tread_front_left_mm'), (221, 'tyre_tread_front_right_mm'),
    (222, 'tyre_tread_rear_left_mm'), (223, 'tyre_tread_rear_right_mm'), (224, 'brake_pedal_percent'),
    (226, 'brake_disc_temperature_c'), (228, 'steering_angle_deg'), (250, 'traction_state_of_charge_percent'),
    (251, 'traction_state_of_charge_displayed_percent'), (252, 'traction_state_of_health_percent'),
    (253, 'traction_voltage_v'), (254, 'traction_current_a'), (255, 'traction_cell_voltage_min_v'),
    (256, 'traction_cell_voltage_max_v'), (257, 'traction_cell_id_min'), (258, 'traction_cell_id_max'),
    (259, 'traction_temperature_average_c'), (260, 'traction_temperature_min_c'),
    (261, 'traction_temperature_max_c'), (262, 'traction_charged_kwh'), (263, 'traction_consumed_kwh'),
    (265, 'charge_current_dc_a'), (266, 'charge_power_kw'), (267, 'dcdc_temperature_c'),
    (268, 'motor_temperature_c'), (269, 'motor_speed_rpm'), (270, 'motor_torque_nm'), (271, 'motor_power_kw'),
    (272, 'motor_coolant_temperature_c'), (273, 'isolation_resistance_kohm'), (274, 'electric_range_km'),
    (275, 'traction_cell_resistance_mohm'), (300, 'dtc_count'), (302, 'distance_with_mil_km'),
    (303, 'distance_since_clear_km'), (304, 'warm_ups_since_clear'), (305, 'time_since_clear_min'),
    (306, 'service_distance_km'), (307, 'service_time_s'), (310, 'wiper_wear_percent'),
    (311, 'head_unit_buffer_percent'), (312, 'cabin_temperature_c')
) as row (signal_id, name) on conflict (signal_id) do nothing;

insert into telemetry.number_signals (signal_id, name, is_boolean)
select signal_id, name, true from (values
    (5, 'is_moving'), (14, 'is_trailer_connected'), (17, 'parking_brake_engaged'), (86, 'engine_is_running'),
    (155, 'dpf_regeneration_active'), (225, 'brake_fluid_level_low'), (227, 'emergency_braking_detected'),
    (264, 'traction_is_charging'), (301, 'mil_is_on'), (308, 'service_is_due'), (309, 'washer_fluid_low')
) as row (signal_id, name) on conflict (signal_id) do nothing;

-- What was written as JSON.
update telemetry.latest_state as state
set (signal_ids, signal_values, signal_at_ms, signals) = (
    select array_agg(signal_id order by signal_id),
           array_agg(
               case when is_boolean then (entry -> 0)::boolean::integer else (entry -> 0)::double precision end
               order by signal_id
           ),
           array_agg((entry ->> 1)::bigint order by signal_id),
           state.signals - array_agg(name)
    from jsonb_each(state.signals) as signal (name, entry)
    join telemetry.number_signals using (name)
)
where signals ?| array(select name from telemetry.number_signals);

create or replace view published.latest_state as
select vehicle_id, last_recorded_at, last_received_at, clock_quality,
       coalesce((
           select jsonb_object_agg(
               name,
               jsonb_build_object(
                   'value', value,
                   'recorded_at',
                   to_char(to_timestamp(at_ms / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"')
               )
           )
           from (
               select name, entry -> 0 as value, (entry ->> 1)::bigint as at_ms
               from jsonb_each(signals) as signal (name, entry)
               union all
               select known.name, case when known.is_boolean then to_jsonb(value <> 0) else to_jsonb(value) end, at_ms
               from unnest(signal_ids, signal_values, signal_at_ms) as number (signal_id, value, at_ms)
               join telemetry.number_signals as known using (signal_id)
           ) as told
       ), '{}') as values
from telemetry.latest_state;
