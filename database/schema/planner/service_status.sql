-- What the migrations make, for reading. Written by a program: do not edit.

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

ALTER TABLE ONLY planner.service_status
    ADD CONSTRAINT service_status_pkey PRIMARY KEY (vehicle_id, item);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.service_status TO servicelane_maintenance_planner;
