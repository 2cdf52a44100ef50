-- What the migrations of every package make, for reading. Written by a program: do not edit.

CREATE SCHEMA booking;

CREATE SCHEMA database;

CREATE SCHEMA diagnostics;

CREATE SCHEMA planner;

CREATE SCHEMA published;

CREATE SCHEMA streaming;

CREATE SCHEMA telemetry;

CREATE SCHEMA vehicles;

CREATE TABLE booking.bookings (
    booking_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    owner_id text,
    workshop_id text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    time_zone text NOT NULL,
    status text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    work jsonb NOT NULL,
    recommendation_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT bookings_check CHECK ((ends_at > starts_at)),
    CONSTRAINT bookings_status_check CHECK ((status = ANY (ARRAY['booked'::text, 'cancelled'::text])))
);

CREATE TABLE booking.claims (
    claim_id bigint NOT NULL,
    resource_id bigint NOT NULL,
    booking_id uuid NOT NULL,
    during tstzrange NOT NULL,
    state text NOT NULL,
    CONSTRAINT claims_during_check CHECK (((NOT isempty(during)) AND lower_inc(during) AND (NOT upper_inc(during)))),
    CONSTRAINT claims_state_check CHECK ((state = ANY (ARRAY['held'::text, 'confirmed'::text, 'in_service'::text, 'released'::text])))
);

ALTER TABLE booking.claims ALTER COLUMN claim_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME booking.claims_claim_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE booking.closed_days (
    workshop_id text NOT NULL,
    closed_on date NOT NULL
);

CREATE TABLE booking.idempotency_keys (
    subject text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    answer jsonb,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE booking.opening_hours (
    workshop_id text NOT NULL,
    weekday smallint NOT NULL,
    opens time without time zone NOT NULL,
    closes time without time zone NOT NULL,
    CONSTRAINT opening_hours_check CHECK ((closes > opens)),
    CONSTRAINT opening_hours_weekday_check CHECK (((weekday >= 0) AND (weekday <= 6)))
);

COMMENT ON COLUMN booking.opening_hours.weekday IS '0 is Monday.';

CREATE TABLE booking.resources (
    resource_id bigint NOT NULL,
    workshop_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    skills text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT resources_kind_check CHECK ((kind = ANY (ARRAY['bay'::text, 'technician'::text])))
);

ALTER TABLE booking.resources ALTER COLUMN resource_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME booking.resources_resource_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE booking.workshops (
    workshop_id text NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    city text NOT NULL,
    latitude_deg double precision NOT NULL,
    longitude_deg double precision NOT NULL,
    time_zone text NOT NULL,
    notice_minutes integer NOT NULL,
    horizon_days integer NOT NULL,
    brands text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT workshops_horizon_days_check CHECK (((horizon_days >= 1) AND (horizon_days <= 366))),
    CONSTRAINT workshops_latitude_deg_check CHECK (((latitude_deg >= ('-90'::integer)::double precision) AND (latitude_deg <= (90)::double precision))),
    CONSTRAINT workshops_longitude_deg_check CHECK (((longitude_deg >= ('-180'::integer)::double precision) AND (longitude_deg <= (180)::double precision))),
    CONSTRAINT workshops_notice_minutes_check CHECK ((notice_minutes >= 0)),
    CONSTRAINT workshops_workshop_id_check CHECK ((workshop_id ~ '^[a-z0-9-]{1,64}$'::text))
);

COMMENT ON COLUMN booking.workshops.brands IS 'Makes that are served; empty: every make.';

CREATE TABLE database.applied_migrations (
    package text NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE database.facts (
    name text NOT NULL,
    value text NOT NULL
);

CREATE TABLE diagnostics.code_episodes (
    vehicle_id bigint NOT NULL,
    ecu text NOT NULL,
    code text NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    confirmed_at timestamp with time zone,
    healed_at timestamp with time zone,
    ended_at timestamp with time zone,
    occurrences integer NOT NULL,
    recurred boolean NOT NULL,
    mil boolean NOT NULL,
    severity smallint NOT NULL,
    titles jsonb NOT NULL,
    freeze_frame jsonb,
    transitions jsonb NOT NULL,
    CONSTRAINT code_episodes_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'healed'::text, 'cleared'::text, 'gone'::text])))
);

CREATE TABLE diagnostics.findings (
    finding_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    kind text NOT NULL,
    component text NOT NULL,
    severity smallint NOT NULL,
    found_at timestamp with time zone NOT NULL,
    onset_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    evidence jsonb NOT NULL,
    texts jsonb NOT NULL,
    CONSTRAINT findings_severity_check CHECK (((severity >= 1) AND (severity <= 4)))
);

CREATE TABLE diagnostics.parked_readings (
    vehicle_id bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    p20_kpa jsonb NOT NULL
);

CREATE TABLE diagnostics.trips (
    vehicle_id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    features jsonb NOT NULL
);

CREATE TABLE planner.planned (
    vehicle_id bigint NOT NULL,
    now_at timestamp with time zone NOT NULL,
    odometer_known boolean NOT NULL,
    findings_digest text NOT NULL,
    first_recorded_at timestamp with time zone NOT NULL,
    first_odometer_km double precision
);

CREATE TABLE planner.recommendations (
    recommendation_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    item text NOT NULL,
    urgency smallint NOT NULL,
    due_at timestamp with time zone,
    latest_safe_at timestamp with time zone,
    titles jsonb NOT NULL,
    reasons jsonb NOT NULL,
    operations jsonb NOT NULL,
    finding_ids uuid[] NOT NULL,
    CONSTRAINT recommendations_urgency_check CHECK (((urgency >= 1) AND (urgency <= 4)))
);

CREATE TABLE planner.service_records (
    vehicle_id bigint NOT NULL,
    item text NOT NULL,
    performed_on date NOT NULL,
    odometer_km double precision NOT NULL,
    source text NOT NULL,
    CONSTRAINT service_records_odometer_km_check CHECK (((odometer_km >= (0)::double precision) AND (odometer_km <= (10000000)::double precision)))
);

CREATE TABLE planner.service_status (
    vehicle_id bigint NOT NULL,
    item text NOT NULL,
    titles jsonb NOT NULL,
    state text NOT NULL,
    remaining_km double precision,
    remaining_days integer,
    due_at timestamp with time zone,
    due_earliest_at timestamp with time zone,
    due_latest_at timestamp with time zone,
    assumed boolean NOT NULL,
    CONSTRAINT service_status_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'due_soon'::text, 'due'::text, 'overdue'::text])))
);

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

CREATE TABLE telemetry.dtc_reports (
    vehicle_id bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    boot_number bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    stored_at timestamp with time zone DEFAULT now() NOT NULL,
    clock_quality smallint NOT NULL,
    ecu text NOT NULL,
    complete boolean NOT NULL,
    cleared boolean NOT NULL,
    odometer_km double precision,
    codes jsonb NOT NULL
);

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

CREATE TABLE telemetry.events (
    vehicle_id bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    boot_number bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    stored_at timestamp with time zone DEFAULT now() NOT NULL,
    clock_quality smallint NOT NULL,
    kind text NOT NULL,
    odometer_km double precision,
    details jsonb NOT NULL
);

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

CREATE TABLE telemetry.latest_state (
    vehicle_id bigint NOT NULL,
    last_recorded_at timestamp with time zone NOT NULL,
    last_received_at timestamp with time zone NOT NULL,
    clock_quality smallint NOT NULL,
    signals jsonb NOT NULL
)
WITH (fillfactor='70');

CREATE VIEW published.latest_state AS
 SELECT vehicle_id,
    last_recorded_at,
    last_received_at,
    clock_quality,
    signals AS "values"
   FROM telemetry.latest_state;

CREATE TABLE telemetry.quarantine (
    quarantine_id bigint NOT NULL,
    vin text,
    topic text NOT NULL,
    content_type text NOT NULL,
    reason text NOT NULL,
    disposition text NOT NULL,
    detail text NOT NULL,
    boot_id uuid,
    sequence bigint,
    frames integer DEFAULT 0 NOT NULL,
    received_at timestamp with time zone NOT NULL,
    payload bytea NOT NULL,
    redriven_at timestamp with time zone,
    CONSTRAINT quarantine_disposition_check CHECK ((disposition = ANY (ARRAY['quarantined'::text, 'refused'::text, 'stored'::text])))
);

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

CREATE TABLE telemetry.command_results (
    vehicle_id bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    command_id text NOT NULL,
    status text NOT NULL,
    reason text NOT NULL
);

CREATE TABLE telemetry.sample_collisions (
    vehicle_id bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    frame integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    boot_number bigint NOT NULL,
    signals jsonb NOT NULL
);

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

CREATE TABLE vehicles.ownerships (
    vehicle_id bigint NOT NULL,
    owner_id text NOT NULL,
    since date NOT NULL,
    until date,
    CONSTRAINT ownerships_check CHECK (((until IS NULL) OR (until >= since)))
);

CREATE VIEW published.vehicle_owners AS
 SELECT vehicle_id,
    owner_id
   FROM vehicles.ownerships
  WHERE (until IS NULL);

CREATE TABLE vehicles.vehicles (
    vehicle_id bigint NOT NULL,
    vin text NOT NULL,
    model_id text NOT NULL,
    make text NOT NULL,
    model text NOT NULL,
    model_year integer NOT NULL,
    drivetrain text NOT NULL,
    specification jsonb DEFAULT '{}'::jsonb NOT NULL,
    in_service_on date NOT NULL,
    enrolled_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT vehicles_drivetrain_check CHECK ((drivetrain = ANY (ARRAY['petrol'::text, 'diesel'::text, 'hybrid'::text, 'electric'::text]))),
    CONSTRAINT vehicles_model_year_check CHECK (((model_year >= 1980) AND (model_year <= 2100))),
    CONSTRAINT vehicles_vin_check CHECK ((vin ~ '^[A-HJ-NPR-Z0-9]{17}$'::text))
);

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

CREATE TABLE streaming.offsets (
    group_name text NOT NULL,
    topic text NOT NULL,
    partition smallint NOT NULL,
    transaction_id xid8 DEFAULT '0'::xid8 NOT NULL,
    id bigint DEFAULT 0 NOT NULL,
    handled_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    registered_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE streaming.records (
    topic text NOT NULL,
    partition smallint NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    id bigint NOT NULL,
    key text NOT NULL,
    value bytea NOT NULL,
    headers jsonb DEFAULT '{}'::jsonb NOT NULL,
    appended_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.05', autovacuum_vacuum_insert_scale_factor='0.05');
ALTER TABLE ONLY streaming.records ALTER COLUMN value SET STORAGE EXTERNAL;

ALTER TABLE streaming.records ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME streaming.records_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE telemetry.drops (
    vehicle_id bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    "position" integer NOT NULL,
    reason text NOT NULL,
    priority text NOT NULL,
    frames bigint NOT NULL,
    from_recorded_at timestamp with time zone,
    to_recorded_at timestamp with time zone
);

CREATE TABLE telemetry.positions (
    vehicle_id bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    boot_number bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    frame integer NOT NULL,
    latitude_deg double precision,
    longitude_deg double precision,
    altitude_m double precision
);

ALTER TABLE telemetry.quarantine ALTER COLUMN quarantine_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME telemetry.quarantine_quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE vehicles.credentials (
    vehicle_id bigint NOT NULL,
    password_hash text NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE vehicles.owners (
    owner_id text NOT NULL,
    display_name text NOT NULL,
    contact jsonb DEFAULT '{}'::jsonb NOT NULL,
    registered_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE vehicles.vehicles ALTER COLUMN vehicle_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME vehicles.vehicles_vehicle_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY booking.bookings
    ADD CONSTRAINT bookings_pkey PRIMARY KEY (booking_id);

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_never_overlap EXCLUDE USING gist (int8range(resource_id, resource_id, '[]'::text) WITH &&, during WITH &&) WHERE ((state = ANY (ARRAY['held'::text, 'confirmed'::text, 'in_service'::text])));

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (claim_id);

ALTER TABLE ONLY booking.closed_days
    ADD CONSTRAINT closed_days_pkey PRIMARY KEY (workshop_id, closed_on);

ALTER TABLE ONLY booking.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (subject, key);

ALTER TABLE ONLY booking.opening_hours
    ADD CONSTRAINT opening_hours_pkey PRIMARY KEY (workshop_id, weekday, opens);

ALTER TABLE ONLY booking.resources
    ADD CONSTRAINT resources_pkey PRIMARY KEY (resource_id);

ALTER TABLE ONLY booking.resources
    ADD CONSTRAINT resources_workshop_id_name_key UNIQUE (workshop_id, name);

ALTER TABLE ONLY booking.workshops
    ADD CONSTRAINT workshops_pkey PRIMARY KEY (workshop_id);

ALTER TABLE ONLY database.applied_migrations
    ADD CONSTRAINT applied_migrations_pkey PRIMARY KEY (package, name);

ALTER TABLE ONLY database.facts
    ADD CONSTRAINT facts_pkey PRIMARY KEY (name);

ALTER TABLE ONLY diagnostics.code_episodes
    ADD CONSTRAINT code_episodes_pkey PRIMARY KEY (vehicle_id, ecu, code, first_seen_at);

ALTER TABLE ONLY diagnostics.findings
    ADD CONSTRAINT findings_pkey PRIMARY KEY (finding_id);

ALTER TABLE ONLY diagnostics.parked_readings
    ADD CONSTRAINT parked_readings_pkey PRIMARY KEY (vehicle_id, recorded_at);

ALTER TABLE ONLY diagnostics.trips
    ADD CONSTRAINT trips_pkey PRIMARY KEY (vehicle_id, started_at);

ALTER TABLE ONLY planner.planned
    ADD CONSTRAINT planned_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY planner.recommendations
    ADD CONSTRAINT recommendations_pkey PRIMARY KEY (recommendation_id);

ALTER TABLE ONLY planner.service_records
    ADD CONSTRAINT service_records_pkey PRIMARY KEY (vehicle_id, item, performed_on);

ALTER TABLE ONLY planner.service_status
    ADD CONSTRAINT service_status_pkey PRIMARY KEY (vehicle_id, item);

ALTER TABLE ONLY streaming.offsets
    ADD CONSTRAINT offsets_pkey PRIMARY KEY (group_name, topic, partition);

ALTER TABLE ONLY streaming.records
    ADD CONSTRAINT records_pkey PRIMARY KEY (topic, partition, transaction_id, id);

ALTER TABLE ONLY telemetry.command_results
    ADD CONSTRAINT command_results_pkey PRIMARY KEY (vehicle_id, boot_id, sequence);

ALTER TABLE ONLY telemetry.drops
    ADD CONSTRAINT drops_pkey PRIMARY KEY (vehicle_id, boot_id, sequence, "position");

ALTER TABLE ONLY telemetry.dtc_reports
    ADD CONSTRAINT dtc_reports_pkey PRIMARY KEY (vehicle_id, boot_id, sequence);

ALTER TABLE ONLY telemetry.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (vehicle_id, boot_id, sequence);

ALTER TABLE ONLY telemetry.latest_state
    ADD CONSTRAINT latest_state_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY telemetry.positions
    ADD CONSTRAINT positions_pkey PRIMARY KEY (vehicle_id, recorded_at);

ALTER TABLE ONLY telemetry.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (quarantine_id);

ALTER TABLE ONLY telemetry.sample_collisions
    ADD CONSTRAINT sample_collisions_pkey PRIMARY KEY (vehicle_id, boot_id, sequence, frame);

ALTER TABLE ONLY telemetry.samples
    ADD CONSTRAINT samples_vehicle_id_recorded_at_key UNIQUE (vehicle_id, recorded_at);

ALTER TABLE ONLY vehicles.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY vehicles.owners
    ADD CONSTRAINT owners_pkey PRIMARY KEY (owner_id);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_pkey PRIMARY KEY (vehicle_id, owner_id, since);

ALTER TABLE ONLY vehicles.vehicles
    ADD CONSTRAINT vehicles_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY vehicles.vehicles
    ADD CONSTRAINT vehicles_vin_key UNIQUE (vin);

CREATE INDEX bookings_by_owner ON booking.bookings USING btree (owner_id, starts_at);

CREATE INDEX bookings_by_vehicle ON booking.bookings USING btree (vehicle_id, starts_at);

CREATE INDEX claims_by_booking ON booking.claims USING btree (booking_id);

CREATE INDEX claims_by_time ON booking.claims USING gist (during) WHERE (state = ANY (ARRAY['held'::text, 'confirmed'::text, 'in_service'::text]));

CREATE INDEX findings_by_vehicle ON diagnostics.findings USING btree (vehicle_id, found_at);

CREATE INDEX recommendations_by_vehicle ON planner.recommendations USING btree (vehicle_id);

CREATE INDEX dtc_reports_by_instant ON telemetry.dtc_reports USING btree (vehicle_id, recorded_at);

CREATE INDEX events_by_instant ON telemetry.events USING btree (vehicle_id, recorded_at);

CREATE INDEX quarantine_by_instant ON telemetry.quarantine USING btree (received_at);

CREATE UNIQUE INDEX quarantine_by_message ON telemetry.quarantine USING btree (vin, boot_id, sequence, reason, sha256(payload)) WHERE (boot_id IS NOT NULL);

CREATE INDEX samples_recorded_at ON telemetry.samples USING brin (recorded_at);

CREATE INDEX ownerships_by_owner ON vehicles.ownerships USING btree (owner_id) WHERE (until IS NULL);

CREATE UNIQUE INDEX ownerships_current ON vehicles.ownerships USING btree (vehicle_id) WHERE (until IS NULL);

ALTER TABLE ONLY booking.bookings
    ADD CONSTRAINT bookings_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings(booking_id);

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_resource_id_fkey FOREIGN KEY (resource_id) REFERENCES booking.resources(resource_id);

ALTER TABLE ONLY booking.closed_days
    ADD CONSTRAINT closed_days_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

ALTER TABLE ONLY booking.opening_hours
    ADD CONSTRAINT opening_hours_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

ALTER TABLE ONLY booking.resources
    ADD CONSTRAINT resources_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

ALTER TABLE ONLY vehicles.credentials
    ADD CONSTRAINT credentials_vehicle_id_fkey FOREIGN KEY (vehicle_id) REFERENCES vehicles.vehicles(vehicle_id);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES vehicles.owners(owner_id);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_vehicle_id_fkey FOREIGN KEY (vehicle_id) REFERENCES vehicles.vehicles(vehicle_id);

GRANT USAGE ON SCHEMA booking TO servicelane_booking_api;

GRANT USAGE ON SCHEMA database TO servicelane_reader;

GRANT USAGE ON SCHEMA diagnostics TO servicelane_diagnostics;

GRANT USAGE ON SCHEMA planner TO servicelane_maintenance_planner;

GRANT USAGE ON SCHEMA published TO servicelane_reader;

GRANT USAGE ON SCHEMA streaming TO servicelane_streamer;

GRANT USAGE ON SCHEMA telemetry TO servicelane_ingest;

GRANT USAGE ON SCHEMA vehicles TO servicelane_vehicles;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.bookings TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.claims TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.closed_days TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.idempotency_keys TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.opening_hours TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.resources TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.workshops TO servicelane_booking_api;

GRANT SELECT ON TABLE database.applied_migrations TO servicelane_reader;

GRANT SELECT ON TABLE database.facts TO servicelane_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.code_episodes TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.findings TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.parked_readings TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.trips TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.planned TO servicelane_maintenance_planner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.recommendations TO servicelane_maintenance_planner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.service_records TO servicelane_maintenance_planner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.service_status TO servicelane_maintenance_planner;

GRANT SELECT ON TABLE published.bookings TO servicelane_reader;

GRANT SELECT ON TABLE published.code_episodes TO servicelane_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.dtc_reports TO servicelane_ingest;

GRANT SELECT ON TABLE published.dtc_reports TO servicelane_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.events TO servicelane_ingest;

GRANT SELECT ON TABLE published.events TO servicelane_reader;

GRANT SELECT ON TABLE published.finding_history TO servicelane_reader;

GRANT SELECT ON TABLE published.findings TO servicelane_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.latest_state TO servicelane_ingest;

GRANT SELECT ON TABLE published.latest_state TO servicelane_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.quarantine TO servicelane_ingest;

GRANT SELECT ON TABLE published.quarantine TO servicelane_reader;

GRANT SELECT ON TABLE published.recommendations TO servicelane_reader;

GRANT SELECT,INSERT,DELETE ON TABLE telemetry.samples TO servicelane_ingest;

GRANT SELECT ON TABLE published.samples TO servicelane_reader;

GRANT SELECT ON TABLE published.service_status TO servicelane_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.command_results TO servicelane_ingest;

GRANT SELECT,INSERT ON TABLE telemetry.sample_collisions TO servicelane_ingest;

GRANT SELECT ON TABLE published.stored_frames TO servicelane_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.ownerships TO servicelane_vehicles;

GRANT SELECT ON TABLE published.vehicle_owners TO servicelane_vehicles;
GRANT SELECT ON TABLE published.vehicle_owners TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.vehicles TO servicelane_vehicles;

GRANT SELECT ON TABLE published.vehicles TO servicelane_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE streaming.offsets TO servicelane_streamer;

GRANT SELECT,INSERT ON TABLE streaming.records TO servicelane_streamer;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.drops TO servicelane_ingest;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE telemetry.positions TO servicelane_ingest;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.credentials TO servicelane_vehicles;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.owners TO servicelane_vehicles;
