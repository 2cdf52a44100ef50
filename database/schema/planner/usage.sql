-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.usage (
    vehicle_id bigint NOT NULL,
    usage jsonb NOT NULL,
    km_per_day jsonb,
    odometer_texts jsonb NOT NULL,
    plan_name text NOT NULL,
    plan_version text NOT NULL,
    visits jsonb DEFAULT '[]'::jsonb NOT NULL,
    guarantees jsonb DEFAULT '[]'::jsonb NOT NULL,
    predictions jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE ONLY planner.usage
    ADD CONSTRAINT usage_pkey PRIMARY KEY (vehicle_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.usage TO servicelane_maintenance_planner;
