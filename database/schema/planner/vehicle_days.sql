-- What the migrations make, for reading. Written by a program: do not edit.

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
    wear jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT vehicle_days_source_check CHECK ((source = ANY (ARRAY['telemetry'::text, 'event'::text])))
);

ALTER TABLE ONLY planner.vehicle_days
    ADD CONSTRAINT vehicle_days_pkey PRIMARY KEY (vehicle_id, day);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.vehicle_days TO servicelane_maintenance_planner;
