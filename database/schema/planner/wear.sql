-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.wear (
    vehicle_id bigint NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    observed jsonb NOT NULL
);

ALTER TABLE ONLY planner.wear
    ADD CONSTRAINT wear_pkey PRIMARY KEY (vehicle_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.wear TO servicelane_maintenance_planner;
