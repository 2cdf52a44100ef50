-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA telemetry;

CREATE FUNCTION telemetry.aggregate_columns(wanted text, step text) RETURNS text
    LANGUAGE sql STABLE
    AS $_$
    select string_agg(
        case step
            when 'minute' then
                format('count(%1$s)::integer as %1$s_count, min(%1$s) as %1$s_min, max(%1$s) as %1$s_max', signal)
                || case when sum_bits is null then '' else
                       format(', sum((%1$s * %2$s::double precision)::integer) as %1$s_sum', signal, 2 ^ sum_bits) end
            else
                format('sum(%1$s_count)::integer as %1$s_count, min(%1$s_min) as %1$s_min, max(%1$s_max) as %1$s_max',
                       signal)
                || case when sum_bits is null then '' else
                       format(', sum(%1$s_sum)::bigint as %1$s_sum', signal) end
        end,
        E',\n       ' order by signal)
    from telemetry.aggregated_signals
    where group_name = wanted
$_$;

CREATE FUNCTION telemetry.aggregate_query(wanted text, step text, bucket text, span text) RETURNS text
    LANGUAGE sql STABLE
    AS $_$
    select format(
        E'select source.vehicle_id, %1$s as bucket_at,\n       %2$s\nfrom telemetry.%3$I as source%4$s%5$s\n'
        'group by source.vehicle_id, %1$s',
        format(bucket, instant),
        telemetry.aggregate_columns(wanted, step),
        source,
        span,
        case when step = 'minute' then E'\nwhere num_nonnulls(' || names || ') > 0' end)
    from (values
        ('minute', 'samples', 'source.recorded_at'),
        ('hour', wanted || '_by_minute', 'source.bucket_at'),
        ('day', wanted || '_by_hour', 'source.bucket_at')
    ) as known (step, source, instant)
    cross join lateral (
        select string_agg(format('source.%I', signal), ', ' order by signal) as names
        from telemetry.aggregated_signals
        where group_name = wanted
    ) as signals
    where known.step = aggregate_query.step
$_$;

CREATE FUNCTION telemetry.create_aggregate_table(wanted text, step text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    target constant text := wanted || '_by_' || step;
begin
    execute format('create table if not exists telemetry.%I as %s with no data', target,
                   telemetry.aggregate_query(wanted, step, format('date_bin(''1 %s'', %%s, ''epoch'')', step), ''));
    if not exists (select from pg_constraint
                   where conrelid = format('telemetry.%I', target)::regclass and contype = 'p') then
        execute format('alter table telemetry.%I add primary key (vehicle_id, bucket_at)', target);
    end if;
    execute format('grant select, insert, delete on telemetry.%I to servicelane_ingest', target);
end
$$;

CREATE FUNCTION telemetry.create_aggregates(wanted text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
declare
    on_timescale constant boolean := (select value <> '' from database.facts where name = 'timescaledb');
    step text;
begin
    foreach step in array array['minute', 'hour', 'day'] loop
        if on_timescale then
            perform telemetry.create_continuous_aggregate(wanted, step);
        else
            perform telemetry.create_aggregate_table(wanted, step);
        end if;
        execute format(E'create or replace view published.%1$I as\nselect vehicle_id, bucket_at, %2$s\n'
                       'from telemetry.%1$I', wanted || '_by_' || step, telemetry.published_aggregate_columns(wanted));
        execute format('grant select on published.%I to servicelane_reader', wanted || '_by_' || step);
    end loop;
end
$_$;

CREATE FUNCTION telemetry.create_continuous_aggregate(wanted text, step text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    target constant text := wanted || '_by_' || step;
    policy record;
begin
    execute format('create materialized view if not exists telemetry.%I '
                   'with (timescaledb.continuous, timescaledb.materialized_only = true) as %s with no data', target,
                   telemetry.aggregate_query(wanted, step, format('time_bucket(interval ''1 %s'', %%s)', step), ''));
    select * into strict policy
    from (values ('minute', interval '3 days', interval '90 seconds', interval '1 minute', 60),
                 ('hour', interval '4 days', null, interval '10 minutes', 24),
                 ('day', interval '7 days', null, interval '1 hour', 7)
    ) as known (step, looks_back, ends_before_now, runs_every, buckets)
    where known.step = create_continuous_aggregate.step;
    perform add_continuous_aggregate_policy(
        format('telemetry.%I', target)::regclass, start_offset => policy.looks_back,
        end_offset => policy.ends_before_now, schedule_interval => policy.runs_every, if_not_exists => true);
    perform alter_job(job.job_id, config => job.config || jsonb_build_object('buckets_per_batch', policy.buckets))
    from timescaledb_information.jobs as job
    join timescaledb_information.continuous_aggregates as aggregate
        on job.hypertable_name in (aggregate.view_name, aggregate.materialization_hypertable_name)  -- by the version
    where job.proc_name = 'policy_refresh_continuous_aggregate' and aggregate.view_name = target;
    execute format('grant select on telemetry.%I to servicelane_ingest', target);
end
$$;

CREATE FUNCTION telemetry.delete_old_of_cars(target text, instant text, before timestamp with time zone, after bigint, cars integer, maximum integer, OUT last_vehicle_id bigint, OUT deleted bigint) RETURNS record
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($query$
        with recursive car (vehicle_id, place) as (
            (select vehicle_id, 1 from telemetry.%1$I where vehicle_id > $2 order by vehicle_id limit 1)
            union all
            select next.vehicle_id, place + 1
            from car
            cross join lateral (
                select row.vehicle_id from telemetry.%1$I as row
                where row.vehicle_id > car.vehicle_id order by row.vehicle_id limit 1
            ) as next
            where place < $3
        ), old as (
            select oldest.vehicle_id, oldest.%2$I
            from car
            cross join lateral (
                select row.vehicle_id, row.%2$I from telemetry.%1$I as row
                where row.vehicle_id = car.vehicle_id and row.%2$I < $1 order by row.%2$I limit $4
            ) as oldest
        ), deleted as (
            delete from telemetry.%1$I as row using old
            where row.vehicle_id = old.vehicle_id and row.%2$I = old.%2$I
            returning 1
        )
        select (select max(vehicle_id) from car), (select count(*) from deleted)
    $query$, target, instant)
    into last_vehicle_id, deleted
    using before, after, cars, maximum;
end
$_$;

CREATE FUNCTION telemetry.erase_of_car(car bigint, from_at timestamp with time zone, to_at timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql
    AS $_$
declare
    target text;
    step text;
    rows_now bigint;
    erased bigint := 0;
begin
    insert into telemetry.touched (step, vehicle_id, day_at, spans, due_at)
    select 'minute', car, day_at, tstzmultirange(tstzrange(day_at, day_at + interval '24 hours')), now()
    from (
        select distinct date_bin('1 day', recorded_at, 'epoch') as day_at
        from telemetry.samples
        where vehicle_id = car and recorded_at >= from_at and recorded_at < to_at
    ) as days
    on conflict on constraint touched_pkey do update
    set spans = touched.spans + excluded.spans, due_at = excluded.due_at, touched_at = clock_timestamp();

    foreach target in array array[
        'samples', 'positions', 'events', 'dtc_reports', 'command_results', 'sample_collisions'
    ] loop
        execute format(
            'delete from telemetry.%I where vehicle_id = $1 and recorded_at >= $2 and recorded_at < $3', target
        ) using car, from_at, to_at;
        get diagnostics rows_now = row_count;
        erased := erased + rows_now;
    end loop;

    for target in
        select format('%s_by_%s', groups.group_name, steps.step)
        from (select distinct group_name from telemetry.aggregated_signals) as groups
        cross join unnest(array['minute', 'hour', 'day']) as steps (step)
        join pg_class as found
            on found.oid = to_regclass(format('telemetry.%I', format('%s_by_%s', groups.group_name, steps.step)))
        where found.relkind in ('r', 'p')
    loop
        execute format(
            'delete from telemetry.%I where vehicle_id = $1 and bucket_at >= $2 and bucket_at < $3', target
        ) using car, date_bin('1 day', from_at, 'epoch'), to_at;
    end loop;

    delete from telemetry.drops where vehicle_id = car and coalesce(to_recorded_at, to_at) >= from_at;
    delete from telemetry.latest_state where vehicle_id = car and last_recorded_at >= from_at and last_recorded_at < to_at;
    delete from telemetry.quarantine
    using vehicles.vehicles as vehicle
    where vehicle.vehicle_id = car and quarantine.vin = vehicle.vin
      and quarantine.received_at >= from_at and quarantine.received_at < to_at;
    get diagnostics rows_now = row_count;
    return erased + rows_now;
end
$_$;

CREATE FUNCTION telemetry.published_aggregate_columns(wanted text) RETURNS text
    LANGUAGE sql STABLE
    AS $_$
    select string_agg(
        format('%1$s_count, %1$s_min, %1$s_max', signal)
        || case when sum_bits is null then '' else
               format(', %1$s_sum / (%2$s::double precision * %1$s_count) as %1$s_mean', signal, 2 ^ sum_bits) end,
        E',\n       ' order by signal)
    from telemetry.aggregated_signals
    where group_name = wanted
$_$;

CREATE FUNCTION telemetry.refresh_aggregates(step text, vehicle_ids bigint[], from_ats timestamp with time zone[], to_ats timestamp with time zone[]) RETURNS void
    LANGUAGE plpgsql
    SET jit TO 'off'
    AS $_$
declare
    instant constant text := case step when 'minute' then 'recorded_at' else 'bucket_at' end;
    within constant text := 'using unnest($1, $2, $3) as span (vehicle_id, from_at, to_at) '
        'where old.vehicle_id = span.vehicle_id and old.bucket_at >= span.from_at and old.bucket_at < span.to_at';
    joined constant text := format(
        E'\njoin unnest($1, $2, $3) as span (vehicle_id, from_at, to_at) on source.vehicle_id = span.vehicle_id '
        'and source.%1$I >= span.from_at and source.%1$I < span.to_at', instant);
    wanted text;
    target text;
begin
    for wanted in select distinct group_name from telemetry.aggregated_signals order by group_name loop
        target := wanted || '_by_' || step;
        execute format('delete from telemetry.%I as old %s', target, within) using vehicle_ids, from_ats, to_ats;
        execute format('insert into telemetry.%I %s', target, telemetry.aggregate_query(
            wanted, step, format('date_bin(''1 %s'', %%s, ''epoch'')', step), joined))
        using vehicle_ids, from_ats, to_ats;
    end loop;
end
$_$;

CREATE TABLE telemetry.aggregated_signals (
    signal text NOT NULL,
    group_name text NOT NULL,
    sum_bits smallint,
    CONSTRAINT aggregated_signals_sum_bits_check CHECK (((sum_bits >= 0) AND (sum_bits <= 30)))
);

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
    codes jsonb NOT NULL,
    system text DEFAULT 'uds'::text NOT NULL,
    scope text DEFAULT 'memory'::text NOT NULL,
    status_mask smallint DEFAULT 255 NOT NULL,
    lamps jsonb DEFAULT '{}'::jsonb NOT NULL
);

CREATE TABLE telemetry.continuity (
    vehicle_id bigint NOT NULL,
    boot_id uuid NOT NULL,
    boot_number bigint NOT NULL,
    stored int8multirange DEFAULT '{}'::int8multirange NOT NULL,
    set_aside int8multirange DEFAULT '{}'::int8multirange NOT NULL,
    known_from bigint DEFAULT 1 NOT NULL,
    repeats bigint DEFAULT 0 NOT NULL,
    first_recorded_at timestamp with time zone,
    last_recorded_at timestamp with time zone,
    last_received_at timestamp with time zone NOT NULL,
    least_delay_seconds double precision
)
WITH (fillfactor='70');

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

CREATE TABLE telemetry.intake_stops (
    stop_id bigint NOT NULL,
    part text NOT NULL,
    stopped_at timestamp with time zone DEFAULT now() NOT NULL,
    affected integer NOT NULL,
    heard integer NOT NULL,
    resumed_at timestamp with time zone,
    resumed_by text,
    quiet_until timestamp with time zone,
    CONSTRAINT intake_stops_part_check CHECK ((part = ANY (ARRAY['bridge'::text, 'writer'::text])))
);

CREATE TABLE telemetry.latest_state (
    vehicle_id bigint NOT NULL,
    last_recorded_at timestamp with time zone NOT NULL,
    last_received_at timestamp with time zone NOT NULL,
    clock_quality smallint NOT NULL,
    signals jsonb NOT NULL
)
WITH (fillfactor='70');

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
    outcome text,
    redriven_by text,
    clock_offset_ms bigint,
    attempts integer DEFAULT 0 NOT NULL,
    last_attempt_at timestamp with time zone,
    CONSTRAINT quarantine_disposition_check CHECK ((disposition = ANY (ARRAY['quarantined'::text, 'refused'::text, 'stored'::text]))),
    CONSTRAINT quarantine_outcome_check CHECK ((outcome = ANY (ARRAY['stored'::text, 'duplicate'::text])))
);

CREATE TABLE telemetry.restores (
    restore_id bigint NOT NULL,
    backup_taken_at timestamp with time zone NOT NULL,
    restored_at timestamp with time zone DEFAULT now() NOT NULL
);

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

ALTER TABLE telemetry.intake_stops ALTER COLUMN stop_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME telemetry.intake_stops_stop_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE telemetry.quarantine ALTER COLUMN quarantine_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME telemetry.quarantine_quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE telemetry.restores ALTER COLUMN restore_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME telemetry.restores_restore_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE telemetry.touched (
    step text NOT NULL,
    vehicle_id bigint NOT NULL,
    day_at timestamp with time zone NOT NULL,
    spans tstzmultirange NOT NULL,
    due_at timestamp with time zone NOT NULL,
    touched_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT touched_step_check CHECK ((step = ANY (ARRAY['minute'::text, 'hour'::text, 'day'::text])))
)
WITH (fillfactor='70');

ALTER TABLE ONLY telemetry.aggregated_signals
    ADD CONSTRAINT aggregated_signals_pkey PRIMARY KEY (signal);

ALTER TABLE ONLY telemetry.command_results
    ADD CONSTRAINT command_results_pkey PRIMARY KEY (vehicle_id, boot_id, sequence);

ALTER TABLE ONLY telemetry.continuity
    ADD CONSTRAINT continuity_pkey PRIMARY KEY (vehicle_id, boot_id);

ALTER TABLE ONLY telemetry.drops
    ADD CONSTRAINT drops_pkey PRIMARY KEY (vehicle_id, boot_id, sequence, "position");

ALTER TABLE ONLY telemetry.dtc_reports
    ADD CONSTRAINT dtc_reports_pkey PRIMARY KEY (vehicle_id, boot_id, sequence);

ALTER TABLE ONLY telemetry.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (vehicle_id, boot_id, sequence);

ALTER TABLE ONLY telemetry.intake_stops
    ADD CONSTRAINT intake_stops_pkey PRIMARY KEY (stop_id);

ALTER TABLE ONLY telemetry.latest_state
    ADD CONSTRAINT latest_state_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY telemetry.positions
    ADD CONSTRAINT positions_pkey PRIMARY KEY (vehicle_id, recorded_at);

ALTER TABLE ONLY telemetry.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (quarantine_id);

ALTER TABLE ONLY telemetry.restores
    ADD CONSTRAINT restores_pkey PRIMARY KEY (restore_id);

ALTER TABLE ONLY telemetry.sample_collisions
    ADD CONSTRAINT sample_collisions_pkey PRIMARY KEY (vehicle_id, boot_id, sequence, frame);

ALTER TABLE ONLY telemetry.samples
    ADD CONSTRAINT samples_vehicle_id_recorded_at_key UNIQUE (vehicle_id, recorded_at);

ALTER TABLE ONLY telemetry.touched
    ADD CONSTRAINT touched_pkey PRIMARY KEY (step, vehicle_id, day_at);

CREATE INDEX command_results_by_recording ON telemetry.command_results USING btree (recorded_at);

CREATE INDEX drops_by_recording ON telemetry.drops USING btree (to_recorded_at);

CREATE INDEX dtc_reports_by_instant ON telemetry.dtc_reports USING btree (vehicle_id, recorded_at);

CREATE INDEX dtc_reports_by_recording ON telemetry.dtc_reports USING btree (recorded_at);

CREATE INDEX events_by_instant ON telemetry.events USING btree (vehicle_id, recorded_at);

CREATE INDEX events_by_recording ON telemetry.events USING btree (recorded_at);

CREATE INDEX quarantine_by_instant ON telemetry.quarantine USING btree (received_at);

CREATE UNIQUE INDEX quarantine_by_message ON telemetry.quarantine USING btree (vin, boot_id, sequence, reason, sha256(payload)) WHERE (boot_id IS NOT NULL);

CREATE INDEX quarantine_by_vin ON telemetry.quarantine USING btree (vin, received_at);

CREATE INDEX sample_collisions_by_recording ON telemetry.sample_collisions USING btree (recorded_at);

CREATE INDEX samples_recorded_at ON telemetry.samples USING brin (recorded_at);

CREATE INDEX touched_by_due ON telemetry.touched USING btree (step, due_at);

GRANT USAGE ON SCHEMA telemetry TO servicelane_ingest;

REVOKE ALL ON FUNCTION telemetry.erase_of_car(car bigint, from_at timestamp with time zone, to_at timestamp with time zone) FROM PUBLIC;

GRANT SELECT ON TABLE telemetry.aggregated_signals TO servicelane_ingest;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.events TO servicelane_ingest;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.dtc_reports TO servicelane_ingest;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.continuity TO servicelane_ingest;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.drops TO servicelane_ingest;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.intake_stops TO servicelane_ingest;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.latest_state TO servicelane_ingest;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE telemetry.positions TO servicelane_ingest;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.quarantine TO servicelane_ingest;

GRANT SELECT,INSERT ON TABLE telemetry.restores TO servicelane_ingest;

GRANT SELECT,INSERT,DELETE ON TABLE telemetry.samples TO servicelane_ingest;

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.command_results TO servicelane_ingest;

GRANT SELECT,INSERT ON TABLE telemetry.sample_collisions TO servicelane_ingest;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE telemetry.touched TO servicelane_ingest;
