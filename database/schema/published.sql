-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA published;

CREATE VIEW published.aggregated_signals AS
 SELECT signal,
    group_name,
    (sum_bits IS NULL) AS is_total
   FROM telemetry.aggregated_signals;

CREATE VIEW published.bookings AS
 SELECT booking_id,
    vehicle_id,
    workshop_id,
    starts_at,
    ends_at,
    status,
    recommendation_ids
   FROM booking.bookings;

CREATE VIEW published.code_episodes AS
 SELECT vehicle_id,
    ecu,
    code,
    status,
    first_seen_at,
    last_seen_at,
    confirmed_at,
    healed_at,
    ended_at,
    occurrences,
    recurred,
    mil,
    severity,
    titles,
    freeze_frame,
    transitions
   FROM diagnostics.code_episodes;

CREATE VIEW published.code_events AS
 SELECT vehicle_id,
    event_id,
    rule,
    started_at,
    ended_at,
    lead_ecu,
    lead_code,
    voltage_v,
    severity,
    titles,
    members
   FROM diagnostics.code_events;

CREATE VIEW published.events AS
 SELECT vehicle_id,
    recorded_at,
    received_at,
    kind,
    details,
    odometer_km,
    boot_id,
    boot_number,
    sequence
   FROM telemetry.events;

CREATE VIEW published.readiness AS
 SELECT vehicle_id,
    recorded_at,
    ecu,
    mil_on,
    confirmed_codes,
    supported,
    incomplete,
    warm_ups_since_clear,
    distance_since_clear_km,
    previous_at,
    COALESCE(((warm_ups_since_clear < previous_warm_ups) OR (distance_since_clear_km < previous_distance_km)), false) AS cleared_since_previous,
    ((NOT mil_on) AND (cardinality(incomplete) <= 1)) AS passes_inspection
   FROM ( SELECT told.vehicle_id,
            told.recorded_at,
            told.boot_number,
            told.boot_id,
            told.sequence,
            told.ecu,
            told.mil_on,
            told.confirmed_codes,
            told.supported,
            told.incomplete,
            told.warm_ups_since_clear,
            told.distance_since_clear_km,
            lag(told.recorded_at) OVER by_unit AS previous_at,
            lag(told.warm_ups_since_clear) OVER by_unit AS previous_warm_ups,
            lag(told.distance_since_clear_km) OVER by_unit AS previous_distance_km
           FROM ( SELECT events.vehicle_id,
                    events.recorded_at,
                    events.boot_number,
                    events.boot_id,
                    events.sequence,
                    COALESCE((events.details ->> 'ecu'::text), ''::text) AS ecu,
                    ((events.details ->> 'mil_on'::text))::boolean AS mil_on,
                    ((events.details ->> 'confirmed_codes'::text))::bigint AS confirmed_codes,
                    ARRAY( SELECT jsonb_array_elements_text(COALESCE((events.details -> 'supported'::text), '[]'::jsonb)) AS jsonb_array_elements_text) AS supported,
                    ARRAY( SELECT jsonb_array_elements_text(COALESCE((events.details -> 'incomplete'::text), '[]'::jsonb)) AS jsonb_array_elements_text) AS incomplete,
                    ((events.details ->> 'warm_ups_since_clear'::text))::bigint AS warm_ups_since_clear,
                    ((events.details ->> 'distance_since_clear_km'::text))::double precision AS distance_since_clear_km
                   FROM published.events
                  WHERE (events.kind = 'readiness'::text)) told
          WINDOW by_unit AS (PARTITION BY told.vehicle_id, told.ecu ORDER BY told.recorded_at, told.boot_number, told.boot_id, told.sequence)) compared;

CREATE VIEW published.vehicles AS
 SELECT vehicle_id,
    vin,
    model_id,
    make,
    model,
    model_year,
    drivetrain,
    specification,
    in_service_on
   FROM vehicles.vehicles;

CREATE VIEW published.code_lives AS
 SELECT episode.vehicle_id,
    episode.ecu,
    episode.code,
    episode.status,
    episode.first_seen_at,
    episode.last_seen_at,
    episode.confirmed_at,
    episode.healed_at,
    episode.ended_at,
    episode.occurrences,
    episode.recurred,
    episode.mil,
    episode.severity,
    episode.titles,
    episode.freeze_frame,
    episode.transitions,
    episode.system,
    episode.code_number,
    episode.raised_at,
        CASE
            WHEN (episode.ended_by <> 'memory'::text) THEN episode.ended_by
            WHEN (cycles.warm_up_cycles >= 40) THEN 'ageing'::text
            WHEN (EXISTS ( SELECT
               FROM published.readiness told
              WHERE ((told.vehicle_id = episode.vehicle_id) AND told.cleared_since_previous AND (told.recorded_at > episode.last_seen_at) AND (told.previous_at < episode.ended_at)))) THEN 'tester'::text
            ELSE episode.ended_by
        END AS ended_by,
    episode.permanent_at,
    episode.permanent_ended_at,
    episode.verified_at,
    episode.relapses,
    episode.lamps,
    episode.fault_detection_counter,
    episode.first_freeze_frame,
    episode.last_freeze_frame,
    ((episode.permanent_at IS NOT NULL) AND (episode.permanent_ended_at IS NULL) AND (NOT episode.mil)) AS repair_unverified,
    episode.last_failed_at,
    cycles.driving_cycles,
    cycles.clean_driving_cycles,
    cycles.warm_up_cycles,
    episode.event_id,
    episode.suppressed_by,
    episode.suppression_reasons
   FROM (diagnostics.code_episodes episode
     CROSS JOIN LATERAL ( SELECT (count(*))::integer AS driving_cycles,
            (count(*) FILTER (WHERE (cycle.started_at > COALESCE(episode.last_failed_at, episode.first_seen_at))))::integer AS clean_driving_cycles,
            (count(*) FILTER (WHERE ((cycle.started_at >= episode.healed_at) AND ((cycle.warmest_c - cycle.coldest_c) >= (22)::double precision) AND (cycle.warmest_c >= (cycle.warm_c)::double precision))))::integer AS warm_up_cycles
           FROM ( SELECT trip.started_at,
                    ((trip.features ->> 'coolant_start_c'::text))::double precision AS coldest_c,
                    ((trip.features ->> 'coolant_highest_c'::text))::double precision AS warmest_c,
                        CASE
                            WHEN (vehicle.drivetrain = 'diesel'::text) THEN 60
                            ELSE 71
                        END AS warm_c
                   FROM (diagnostics.trips trip
                     JOIN published.vehicles vehicle ON ((vehicle.vehicle_id = trip.vehicle_id)))
                  WHERE ((trip.vehicle_id = episode.vehicle_id) AND (trip.started_at >= episode.first_seen_at) AND (trip.started_at < COALESCE(episode.ended_at, 'infinity'::timestamp with time zone)) AND (trip.ended_at >= (trip.started_at + '00:02:00'::interval)))) cycle) cycles);

CREATE VIEW published.code_reports AS
 SELECT vehicle_id,
    recorded_at,
    received_at,
    ecu,
    complete,
    cleared,
    codes,
    odometer_km,
    boot_id,
    boot_number,
    sequence,
    system,
    scope,
    status_mask,
    lamps
   FROM telemetry.dtc_reports;

CREATE VIEW published.code_transitions AS
 SELECT vehicle_id,
    ecu,
    code,
    at,
    "bit",
    (ARRAY['test_failed'::text, 'test_failed_this_operation_cycle'::text, 'pending'::text, 'confirmed'::text, 'test_not_completed_since_clear'::text, 'test_failed_since_clear'::text, 'test_not_completed_this_operation_cycle'::text, 'warning_indicator_requested'::text])[("bit" + 1)] AS name,
    is_set
   FROM diagnostics.code_transitions;

CREATE VIEW published.confirmed_causes AS
 SELECT isolation_id,
    vehicle_id,
    value AS cause,
    workshop_id,
    told_at,
    entry_ids,
    shown
   FROM diagnostics.workshop_reports
  WHERE (kind = 'cause'::text);

CREATE VIEW published.continuity AS
 SELECT vehicle_id,
    boot_id,
    boot_number,
    known_from,
    stored,
    set_aside,
    highest_sequence,
    missing,
    (( SELECT COALESCE(sum((upper(gap.gap) - lower(gap.gap))), (0)::numeric) AS "coalesce"
           FROM unnest(seen.missing) gap(gap)))::bigint AS missing_messages,
    repeats,
    first_recorded_at,
    last_recorded_at,
    last_received_at,
    least_delay_seconds,
    (boot_number = max(boot_number) OVER (PARTITION BY vehicle_id)) AS is_newest_boot,
    COALESCE(bool_or((NOT isempty(missing))) OVER (PARTITION BY vehicle_id ORDER BY boot_number RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), false) AS older_boots_have_gaps
   FROM ( SELECT known.vehicle_id,
            known.boot_id,
            known.boot_number,
            known.stored,
            known.set_aside,
            known.known_from,
            known.repeats,
            known.first_recorded_at,
            known.last_recorded_at,
            known.last_received_at,
            known.least_delay_seconds,
            COALESCE((upper((known.stored + known.set_aside)) - 1), '9223372036854775807'::bigint) AS highest_sequence,
            ((int8multirange(int8range(known.known_from, upper((known.stored + known.set_aside)))) - known.stored) - known.set_aside) AS missing
           FROM telemetry.continuity known) seen;

CREATE VIEW published.drops AS
 SELECT vehicle_id,
    boot_id,
    sequence,
    "position",
    reason,
    priority,
    frames,
    from_recorded_at,
    to_recorded_at
   FROM telemetry.drops;

CREATE VIEW published.dtc_reports AS
 SELECT vehicle_id,
    recorded_at,
    received_at,
    ecu,
    complete,
    cleared,
    codes,
    odometer_km,
    boot_id,
    boot_number,
    sequence
   FROM telemetry.dtc_reports;

CREATE VIEW published.finding_history AS
 SELECT finding_id,
    vehicle_id,
    kind,
    component,
    severity,
    found_at,
    onset_at,
    ended_at,
    evidence,
    texts
   FROM diagnostics.findings;

CREATE VIEW published.findings AS
 SELECT finding_id,
    vehicle_id,
    kind,
    component,
    severity,
    found_at,
    onset_at,
    evidence,
    texts
   FROM diagnostics.findings
  WHERE (ended_at IS NULL);

CREATE VIEW published.intake_stops AS
 SELECT stop_id,
    part,
    stopped_at,
    affected,
    heard,
    resumed_at,
    resumed_by,
    quiet_until
   FROM telemetry.intake_stops;

CREATE VIEW published.isolation_history AS
 SELECT isolation_id,
    vehicle_id,
    started_at,
    ended_at,
    entry_ids,
    symptoms,
    results,
    confirmed_cause
   FROM diagnostics.isolations;

CREATE VIEW published.isolations AS
 SELECT isolation_id,
    vehicle_id,
    started_at,
    severity,
    drive,
    entry_ids,
    symptoms,
    causes,
    tests,
    kit,
    labour_minutes,
    skills,
    owner_texts,
    drive_texts,
    results,
    confirmed_cause
   FROM diagnostics.isolations
  WHERE (ended_at IS NULL);

CREATE VIEW published.judged_items AS
 SELECT trips.vehicle_id,
    'trip'::text AS kind,
    trips.started_at,
    trips.ended_at AS complete_at,
    trips.features AS details
   FROM diagnostics.trips
UNION ALL
 SELECT parked_readings.vehicle_id,
    'parked'::text AS kind,
    parked_readings.recorded_at AS started_at,
    parked_readings.recorded_at AS complete_at,
    parked_readings.features AS details
   FROM diagnostics.parked_readings
UNION ALL
 SELECT moments.vehicle_id,
    moments.kind,
    moments.recorded_at AS started_at,
    moments.recorded_at AS complete_at,
    moments.details
   FROM diagnostics.moments;

CREATE VIEW published.latest_state AS
 SELECT vehicle_id,
    last_recorded_at,
    last_received_at,
    clock_quality,
    COALESCE(( SELECT jsonb_object_agg(signal.name, jsonb_build_object('value', (signal.entry -> 0), 'recorded_at', to_char((to_timestamp((((((signal.entry ->> 1))::bigint)::numeric / 1000.0))::double precision) AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'::text))) AS jsonb_object_agg
           FROM jsonb_each(latest_state.signals) signal(name, entry)), '{}'::jsonb) AS "values"
   FROM telemetry.latest_state;

CREATE VIEW published.ownerships AS
 SELECT vehicle_id,
    owner_id,
    since
   FROM vehicles.ownerships
  WHERE (until IS NULL);

CREATE VIEW published.positions AS
 SELECT vehicle_id,
    recorded_at,
    latitude_deg,
    longitude_deg,
    altitude_m
   FROM telemetry.positions;

CREATE VIEW published.quarantine AS
 SELECT quarantine_id,
    vin,
    reason,
    disposition,
    frames,
    received_at,
    detail,
    boot_id,
    sequence,
    octet_length(payload) AS payload_bytes
   FROM telemetry.quarantine;

CREATE VIEW published.quarantine_payloads AS
 SELECT quarantine_id,
    payload
   FROM telemetry.quarantine;

CREATE VIEW published.recommendation_changes AS
 SELECT recommendation_id,
    number,
    vehicle_id,
    item,
    kind,
    changed_at,
    urgency,
    due_at,
    latest_safe_at,
    texts
   FROM planner.recommendation_changes;

CREATE VIEW published.recommendation_details AS
 SELECT recommendation_id,
    vehicle_id,
    item,
    details
   FROM planner.recommendations;

CREATE VIEW published.recommendations AS
 SELECT recommendation_id,
    vehicle_id,
    item,
    urgency,
    due_at,
    latest_safe_at,
    titles,
    reasons,
    operations,
    finding_ids
   FROM planner.recommendations;

CREATE VIEW published.redrives AS
 SELECT quarantine_id,
    topic,
    content_type,
    attempts,
    last_attempt_at,
    redriven_at,
    outcome,
    redriven_by,
    clock_offset_ms
   FROM telemetry.quarantine;

CREATE VIEW published.restores AS
 SELECT restore_id,
    backup_taken_at,
    restored_at
   FROM telemetry.restores;

CREATE VIEW published.samples AS
 SELECT vehicle_id,
    recorded_at,
    received_at,
    stored_at,
    boot_id,
    boot_number,
    sequence,
    frame,
    clock_quality,
    late,
    extra,
    vehicle_speed_kmh,
    odometer_km,
    trip_distance_km,
    trip_duration_s,
    is_moving,
    longitudinal_acceleration_ms2,
    lateral_acceleration_ms2,
    ambient_temperature_c,
    average_speed_kmh,
    ambient_humidity_percent,
    is_trailer_connected,
    overall_weight_kg,
    ignition_state,
    parking_brake_engaged,
    barometric_pressure_kpa,
    system_voltage_v,
    battery_current_a,
    battery_temperature_c,
    battery_state_of_charge_percent,
    battery_state_of_health_percent,
    battery_internal_resistance_mohm,
    rest_voltage_v,
    alternator_load_percent,
    voltage_ripple_v,
    alternator_setpoint_v,
    quiescent_current_ma,
    engine_speed_rpm,
    coolant_temperature_c,
    intake_air_temperature_c,
    intake_manifold_pressure_kpa,
    mass_air_flow_gps,
    throttle_position_percent,
    engine_load_percent,
    accelerator_pedal_d_percent,
    accelerator_pedal_e_percent,
    short_term_fuel_trim_1_percent,
    long_term_fuel_trim_1_percent,
    short_term_fuel_trim_2_percent,
    long_term_fuel_trim_2_percent,
    ignition_timing_deg,
    fuel_rail_pressure_kpa,
    commanded_lambda,
    oxygen_sensor_1_voltage_v,
    oxygen_sensor_2_voltage_v,
    engine_oil_temperature_c,
    engine_oil_pressure_kpa,
    engine_oil_level_mm,
    engine_oil_life_percent,
    coolant_level_percent,
    engine_run_time_s,
    engine_hours_h,
    engine_idle_hours_h,
    engine_is_running,
    engine_torque_nm,
    engine_power_kw,
    radiator_fan_percent,
    boost_pressure_target_kpa,
    boost_pressure_kpa,
    egr_commanded_percent,
    egr_error_percent,
    catalyst_temperature_c,
    evap_purge_percent,
    engine_revolutions,
    misfire_count_cylinder_1,
    misfire_count_cylinder_2,
    misfire_count_cylinder_3,
    misfire_count_cylinder_4,
    misfire_count_cylinder_5,
    misfire_count_cylinder_6,
    misfire_count_cylinder_7,
    misfire_count_cylinder_8,
    misfire_count_all,
    fuel_level_percent,
    fuel_level_l,
    fuel_rate_lph,
    fuel_consumption_l100km,
    fuel_used_l,
    fuel_temperature_c,
    dpf_differential_pressure_kpa,
    dpf_inlet_temperature_c,
    dpf_outlet_temperature_c,
    dpf_soot_mass_g,
    dpf_ash_mass_g,
    dpf_regeneration_active,
    dpf_distance_since_regeneration_km,
    def_level_percent,
    def_range_km,
    nox_outlet_ppm,
    exhaust_flow_kgph,
    transmission_oil_temperature_c,
    current_gear,
    clutch_wear_percent,
    transmission_distance_km,
    tyre_pressure_front_left_kpa,
    tyre_pressure_front_right_kpa,
    tyre_pressure_rear_left_kpa,
    tyre_pressure_rear_right_kpa,
    tyre_temperature_front_left_c,
    tyre_temperature_front_right_c,
    tyre_temperature_rear_left_c,
    tyre_temperature_rear_right_c,
    brake_pad_front_left_mm,
    brake_pad_front_right_mm,
    brake_pad_rear_left_mm,
    brake_pad_rear_right_mm,
    brake_pad_wear_front_left_percent,
    brake_pad_wear_front_right_percent,
    brake_pad_wear_rear_left_percent,
    brake_pad_wear_rear_right_percent,
    wheel_speed_front_left_kmh,
    wheel_speed_front_right_kmh,
    wheel_speed_rear_left_kmh,
    wheel_speed_rear_right_kmh,
    tyre_tread_front_left_mm,
    tyre_tread_front_right_mm,
    tyre_tread_rear_left_mm,
    tyre_tread_rear_right_mm,
    brake_pedal_percent,
    brake_fluid_level_low,
    brake_disc_temperature_c,
    emergency_braking_detected,
    steering_angle_deg,
    traction_state_of_charge_percent,
    traction_state_of_charge_displayed_percent,
    traction_state_of_health_percent,
    traction_voltage_v,
    traction_current_a,
    traction_cell_voltage_min_v,
    traction_cell_voltage_max_v,
    traction_cell_id_min,
    traction_cell_id_max,
    traction_temperature_average_c,
    traction_temperature_min_c,
    traction_temperature_max_c,
    traction_charged_kwh,
    traction_consumed_kwh,
    traction_is_charging,
    charge_current_dc_a,
    charge_power_kw,
    dcdc_temperature_c,
    motor_temperature_c,
    motor_speed_rpm,
    motor_torque_nm,
    motor_power_kw,
    motor_coolant_temperature_c,
    isolation_resistance_kohm,
    electric_range_km,
    traction_cell_resistance_mohm,
    dtc_count,
    mil_is_on,
    distance_with_mil_km,
    distance_since_clear_km,
    warm_ups_since_clear,
    time_since_clear_min,
    service_distance_km,
    service_time_s,
    service_is_due,
    washer_fluid_low,
    wiper_wear_percent,
    head_unit_buffer_percent,
    cabin_temperature_c
   FROM telemetry.samples;

CREATE VIEW published.service_plan AS
 SELECT vehicle_id,
    item,
    titles,
    state,
    remaining_km,
    remaining_days,
    due_at,
    due_earliest_at,
    due_latest_at,
    assumed,
    due_odometer_km,
    operations,
    last_on
   FROM planner.service_status;

CREATE VIEW published.service_records AS
 SELECT vehicle_id,
    item,
    performed_on,
    odometer_km,
    source,
    note
   FROM planner.service_records;

CREATE VIEW published.service_status AS
 SELECT vehicle_id,
    item,
    titles,
    state,
    remaining_km,
    remaining_days,
    due_at,
    due_earliest_at,
    due_latest_at,
    assumed
   FROM planner.service_status;

CREATE VIEW published.stored_frames AS
 SELECT samples.vehicle_id,
    samples.boot_id,
    samples.sequence,
    samples.frame,
    'sample'::text AS source
   FROM telemetry.samples
UNION ALL
 SELECT sample_collisions.vehicle_id,
    sample_collisions.boot_id,
    sample_collisions.sequence,
    sample_collisions.frame,
    'collision'::text AS source
   FROM telemetry.sample_collisions
UNION ALL
 SELECT events.vehicle_id,
    events.boot_id,
    events.sequence,
    0 AS frame,
    'event'::text AS source
   FROM telemetry.events
UNION ALL
 SELECT dtc_reports.vehicle_id,
    dtc_reports.boot_id,
    dtc_reports.sequence,
    0 AS frame,
    'dtc_report'::text AS source
   FROM telemetry.dtc_reports
UNION ALL
 SELECT command_results.vehicle_id,
    command_results.boot_id,
    command_results.sequence,
    0 AS frame,
    'command_result'::text AS source
   FROM telemetry.command_results;

CREATE VIEW published.stored_places AS
 SELECT samples.vehicle_id,
    samples.boot_id,
    samples.sequence,
    samples.frame,
    'sample'::text AS source,
    samples.recorded_at,
    samples.received_at,
    samples.stored_at
   FROM telemetry.samples
UNION ALL
 SELECT sample_collisions.vehicle_id,
    sample_collisions.boot_id,
    sample_collisions.sequence,
    sample_collisions.frame,
    'collision'::text AS source,
    sample_collisions.recorded_at,
    sample_collisions.received_at,
    NULL::timestamp with time zone AS stored_at
   FROM telemetry.sample_collisions
UNION ALL
 SELECT events.vehicle_id,
    events.boot_id,
    events.sequence,
    0 AS frame,
    'event'::text AS source,
    events.recorded_at,
    events.received_at,
    events.stored_at
   FROM telemetry.events
UNION ALL
 SELECT dtc_reports.vehicle_id,
    dtc_reports.boot_id,
    dtc_reports.sequence,
    0 AS frame,
    'dtc_report'::text AS source,
    dtc_reports.recorded_at,
    dtc_reports.received_at,
    dtc_reports.stored_at
   FROM telemetry.dtc_reports
UNION ALL
 SELECT command_results.vehicle_id,
    command_results.boot_id,
    command_results.sequence,
    0 AS frame,
    'command_result'::text AS source,
    command_results.recorded_at,
    command_results.received_at,
    NULL::timestamp with time zone AS stored_at
   FROM telemetry.command_results;

CREATE VIEW published.suppressed_codes AS
 SELECT vehicle_id,
    ecu,
    code,
    first_seen_at,
    ended_at,
    suppressed_by AS rule,
    suppression_reasons AS reasons,
    event_id
   FROM diagnostics.code_episodes
  WHERE (suppressed_by IS NOT NULL);

CREATE VIEW published.usage AS
 SELECT vehicle_id,
    usage,
    km_per_day,
    odometer_texts,
    plan_name,
    plan_version
   FROM planner.usage;

CREATE VIEW published.vehicle_owners AS
 SELECT vehicle_id,
    owner_id
   FROM vehicles.ownerships
  WHERE (until IS NULL);

CREATE VIEW published.verifications AS
 SELECT vehicle_id,
    item,
    performed_on,
    state,
    texts
   FROM planner.verifications;

CREATE VIEW published.visits AS
 SELECT vehicle_id,
    visits,
    guarantees
   FROM planner.usage;

GRANT USAGE ON SCHEMA published TO servicelane_reader;

GRANT SELECT ON TABLE published.aggregated_signals TO servicelane_reader;

GRANT SELECT ON TABLE published.bookings TO servicelane_reader;

GRANT SELECT ON TABLE published.code_episodes TO servicelane_reader;

GRANT SELECT ON TABLE published.code_events TO servicelane_reader;

GRANT SELECT ON TABLE published.events TO servicelane_reader;

GRANT SELECT ON TABLE published.readiness TO servicelane_reader;

GRANT SELECT ON TABLE published.vehicles TO servicelane_reader;

GRANT SELECT ON TABLE published.code_lives TO servicelane_reader;

GRANT SELECT ON TABLE published.code_reports TO servicelane_reader;

GRANT SELECT ON TABLE published.code_transitions TO servicelane_reader;

GRANT SELECT ON TABLE published.confirmed_causes TO servicelane_reader;

GRANT SELECT ON TABLE published.continuity TO servicelane_reader;

GRANT SELECT ON TABLE published.drops TO servicelane_reader;

GRANT SELECT ON TABLE published.dtc_reports TO servicelane_reader;

GRANT SELECT ON TABLE published.finding_history TO servicelane_reader;

GRANT SELECT ON TABLE published.findings TO servicelane_reader;

GRANT SELECT ON TABLE published.intake_stops TO servicelane_reader;

GRANT SELECT ON TABLE published.isolation_history TO servicelane_reader;

GRANT SELECT ON TABLE published.isolations TO servicelane_reader;

GRANT SELECT ON TABLE published.judged_items TO servicelane_reader;

GRANT SELECT ON TABLE published.latest_state TO servicelane_reader;

GRANT SELECT ON TABLE published.ownerships TO servicelane_booking_api;

GRANT SELECT ON TABLE published.positions TO servicelane_data_export;

GRANT SELECT ON TABLE published.quarantine TO servicelane_reader;

GRANT SELECT ON TABLE published.quarantine_payloads TO servicelane_booking_api;

GRANT SELECT ON TABLE published.recommendation_changes TO servicelane_reader;

GRANT SELECT ON TABLE published.recommendation_details TO servicelane_reader;

GRANT SELECT ON TABLE published.recommendations TO servicelane_reader;

GRANT SELECT ON TABLE published.redrives TO servicelane_reader;

GRANT SELECT ON TABLE published.restores TO servicelane_reader;

GRANT SELECT ON TABLE published.samples TO servicelane_reader;

GRANT SELECT ON TABLE published.service_plan TO servicelane_reader;

GRANT SELECT ON TABLE published.service_records TO servicelane_reader;

GRANT SELECT ON TABLE published.service_status TO servicelane_reader;

GRANT SELECT ON TABLE published.stored_frames TO servicelane_reader;

GRANT SELECT ON TABLE published.stored_places TO servicelane_reader;

GRANT SELECT ON TABLE published.suppressed_codes TO servicelane_reader;

GRANT SELECT ON TABLE published.usage TO servicelane_reader;

GRANT SELECT ON TABLE published.vehicle_owners TO servicelane_vehicles;
GRANT SELECT ON TABLE published.vehicle_owners TO servicelane_booking_api;

GRANT SELECT ON TABLE published.verifications TO servicelane_reader;

GRANT SELECT ON TABLE published.visits TO servicelane_reader;
