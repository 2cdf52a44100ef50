-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA diagnostics;

CREATE TABLE diagnostics.car_states (
    vehicle_id bigint NOT NULL,
    judged_until timestamp with time zone NOT NULL,
    folded_until timestamp with time zone NOT NULL,
    rules text NOT NULL,
    judgement text,
    revision text NOT NULL
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
    system text DEFAULT 'uds'::text NOT NULL,
    code_number integer,
    raised_at timestamp with time zone,
    ended_by text,
    permanent_at timestamp with time zone,
    permanent_ended_at timestamp with time zone,
    verified_at timestamp with time zone,
    relapses integer DEFAULT 0 NOT NULL,
    lamps jsonb DEFAULT '{}'::jsonb NOT NULL,
    fault_detection_counter smallint,
    first_freeze_frame jsonb,
    last_freeze_frame jsonb,
    last_failed_at timestamp with time zone,
    event_id uuid,
    suppressed_by text,
    suppression_reasons jsonb,
    CONSTRAINT code_episodes_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'healed'::text, 'cleared'::text, 'gone'::text])))
);

CREATE TABLE diagnostics.code_events (
    event_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    rule text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    lead_ecu text,
    lead_code text,
    voltage_v double precision,
    severity smallint NOT NULL,
    titles jsonb NOT NULL,
    members jsonb NOT NULL
);

CREATE TABLE diagnostics.code_transitions (
    vehicle_id bigint NOT NULL,
    ecu text NOT NULL,
    code text NOT NULL,
    at timestamp with time zone NOT NULL,
    "bit" smallint NOT NULL,
    is_set boolean NOT NULL,
    CONSTRAINT code_transitions_bit_check CHECK ((("bit" >= 0) AND ("bit" <= 7)))
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

CREATE TABLE diagnostics.isolations (
    isolation_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    severity smallint NOT NULL,
    drive text NOT NULL,
    entry_ids text[] NOT NULL,
    symptoms jsonb NOT NULL,
    causes jsonb NOT NULL,
    tests jsonb NOT NULL,
    kit jsonb NOT NULL,
    labour_minutes integer NOT NULL,
    skills text[] NOT NULL,
    owner_texts jsonb NOT NULL,
    drive_texts jsonb NOT NULL,
    results jsonb NOT NULL,
    confirmed_cause text,
    inputs text NOT NULL,
    CONSTRAINT isolations_drive_check CHECK ((drive = ANY (ARRAY['yes'::text, 'short'::text, 'no'::text]))),
    CONSTRAINT isolations_severity_check CHECK (((severity >= 1) AND (severity <= 4)))
);

COMMENT ON COLUMN diagnostics.isolations.entry_ids IS 'Its symptoms as keys of the fault catalogue.';

COMMENT ON COLUMN diagnostics.isolations.inputs IS 'A digest of all that the car''s faults were derived from.';

CREATE TABLE diagnostics.moments (
    vehicle_id bigint NOT NULL,
    kind text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    details jsonb NOT NULL
);

CREATE TABLE diagnostics.parked_readings (
    vehicle_id bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    features jsonb CONSTRAINT parked_readings_p20_kpa_not_null NOT NULL
);

CREATE TABLE diagnostics.trips (
    vehicle_id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    features jsonb NOT NULL
);

CREATE TABLE diagnostics.workshop_reports (
    isolation_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    vehicle_id bigint NOT NULL,
    value text NOT NULL,
    workshop_id text NOT NULL,
    told_at timestamp with time zone NOT NULL,
    entry_ids text[] NOT NULL,
    shown jsonb NOT NULL,
    CONSTRAINT workshop_reports_kind_check CHECK ((kind = ANY (ARRAY['test'::text, 'cause'::text])))
);

ALTER TABLE ONLY diagnostics.car_states
    ADD CONSTRAINT car_states_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY diagnostics.code_episodes
    ADD CONSTRAINT code_episodes_pkey PRIMARY KEY (vehicle_id, ecu, code, first_seen_at);

ALTER TABLE ONLY diagnostics.code_events
    ADD CONSTRAINT code_events_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY diagnostics.code_transitions
    ADD CONSTRAINT code_transitions_pkey PRIMARY KEY (vehicle_id, ecu, code, at, "bit");

ALTER TABLE ONLY diagnostics.findings
    ADD CONSTRAINT findings_pkey PRIMARY KEY (finding_id);

ALTER TABLE ONLY diagnostics.isolations
    ADD CONSTRAINT isolations_pkey PRIMARY KEY (isolation_id);

ALTER TABLE ONLY diagnostics.moments
    ADD CONSTRAINT moments_pkey PRIMARY KEY (vehicle_id, recorded_at, kind);

ALTER TABLE ONLY diagnostics.parked_readings
    ADD CONSTRAINT parked_readings_pkey PRIMARY KEY (vehicle_id, recorded_at);

ALTER TABLE ONLY diagnostics.trips
    ADD CONSTRAINT trips_pkey PRIMARY KEY (vehicle_id, started_at);

ALTER TABLE ONLY diagnostics.workshop_reports
    ADD CONSTRAINT workshop_reports_pkey PRIMARY KEY (isolation_id, kind, subject);

CREATE INDEX code_events_by_vehicle ON diagnostics.code_events USING btree (vehicle_id, started_at);

CREATE INDEX findings_by_vehicle ON diagnostics.findings USING btree (vehicle_id, found_at);

CREATE INDEX isolations_by_entry ON diagnostics.isolations USING gin (entry_ids) WHERE (ended_at IS NULL);

CREATE INDEX isolations_by_vehicle ON diagnostics.isolations USING btree (vehicle_id, started_at);

CREATE INDEX workshop_reports_by_entry ON diagnostics.workshop_reports USING gin (entry_ids) WHERE (kind = 'cause'::text);

CREATE INDEX workshop_reports_by_vehicle ON diagnostics.workshop_reports USING btree (vehicle_id, told_at);

GRANT USAGE ON SCHEMA diagnostics TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.car_states TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.code_episodes TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.code_events TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.code_transitions TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.findings TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.isolations TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.moments TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.parked_readings TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.trips TO servicelane_diagnostics;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.workshop_reports TO servicelane_diagnostics;
