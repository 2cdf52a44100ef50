-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA planner;

CREATE TABLE planner.planned (
    vehicle_id bigint NOT NULL,
    now_at timestamp with time zone NOT NULL,
    odometer_known boolean NOT NULL,
    findings_digest text NOT NULL,
    first_recorded_at timestamp with time zone NOT NULL,
    first_odometer_km double precision,
    days_known boolean DEFAULT false NOT NULL,
    as_of_at timestamp with time zone
);

CREATE TABLE planner.recommendation_changes (
    recommendation_id uuid NOT NULL,
    number integer NOT NULL,
    vehicle_id bigint NOT NULL,
    item text NOT NULL,
    kind text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    urgency smallint NOT NULL,
    due_at timestamp with time zone,
    latest_safe_at timestamp with time zone,
    basis jsonb NOT NULL,
    texts jsonb NOT NULL,
    CONSTRAINT recommendation_changes_kind_check CHECK ((kind = ANY (ARRAY['opened'::text, 'changed'::text, 'closed'::text])))
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
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT recommendations_urgency_check CHECK (((urgency >= 1) AND (urgency <= 4)))
);

CREATE TABLE planner.service_records (
    vehicle_id bigint NOT NULL,
    item text NOT NULL,
    performed_on date NOT NULL,
    odometer_km double precision,
    source text NOT NULL,
    note text,
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
    due_odometer_km double precision,
    operations jsonb DEFAULT '[]'::jsonb NOT NULL,
    last_on date,
    CONSTRAINT service_status_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'due_soon'::text, 'due'::text, 'overdue'::text])))
);

CREATE TABLE planner.usage (
    vehicle_id bigint NOT NULL,
    usage jsonb NOT NULL,
    km_per_day jsonb,
    odometer_texts jsonb NOT NULL,
    plan_name text NOT NULL,
    plan_version text NOT NULL,
    visits jsonb DEFAULT '[]'::jsonb NOT NULL,
    guarantees jsonb DEFAULT '[]'::jsonb NOT NULL
);

CREATE TABLE planner.vehicle_days (
    vehicle_id bigint NOT NULL,
    day date NOT NULL,
    recorded_at timestamp with time zone,
    odometer_km double precision,
    source text,
    engine_hours_h double precision,
    regenerations integer DEFAULT 0 NOT NULL,
    towed boolean DEFAULT false NOT NULL,
    levels jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT vehicle_days_source_check CHECK ((source = ANY (ARRAY['telemetry'::text, 'event'::text])))
);

CREATE TABLE planner.verifications (
    vehicle_id bigint NOT NULL,
    item text NOT NULL,
    performed_on date NOT NULL,
    state text NOT NULL,
    texts jsonb NOT NULL,
    CONSTRAINT verifications_state_check CHECK ((state = ANY (ARRAY['verified'::text, 'not_yet'::text, 'came_back'::text])))
);

ALTER TABLE ONLY planner.planned
    ADD CONSTRAINT planned_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY planner.recommendation_changes
    ADD CONSTRAINT recommendation_changes_pkey PRIMARY KEY (recommendation_id, number);

ALTER TABLE ONLY planner.recommendations
    ADD CONSTRAINT recommendations_pkey PRIMARY KEY (recommendation_id);

ALTER TABLE ONLY planner.service_records
    ADD CONSTRAINT service_records_pkey PRIMARY KEY (vehicle_id, item, performed_on);

ALTER TABLE ONLY planner.service_status
    ADD CONSTRAINT service_status_pkey PRIMARY KEY (vehicle_id, item);

ALTER TABLE ONLY planner.usage
    ADD CONSTRAINT usage_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY planner.vehicle_days
    ADD CONSTRAINT vehicle_days_pkey PRIMARY KEY (vehicle_id, day);

ALTER TABLE ONLY planner.verifications
    ADD CONSTRAINT verifications_pkey PRIMARY KEY (vehicle_id, item, performed_on);

CREATE INDEX recommendation_changes_by_vehicle ON planner.recommendation_changes USING btree (vehicle_id, changed_at);

CREATE INDEX recommendations_by_vehicle ON planner.recommendations USING btree (vehicle_id);

GRANT USAGE ON SCHEMA planner TO servicelane_maintenance_planner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.planned TO servicelane_maintenance_planner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.recommendation_changes TO servicelane_maintenance_planner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.recommendations TO servicelane_maintenance_planner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.service_records TO servicelane_maintenance_planner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.service_status TO servicelane_maintenance_planner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.usage TO servicelane_maintenance_planner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.vehicle_days TO servicelane_maintenance_planner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.verifications TO servicelane_maintenance_planner;
