-- What the migrations make, for reading. Written by a program: do not edit.

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

ALTER TABLE ONLY planner.planned
    ADD CONSTRAINT planned_pkey PRIMARY KEY (vehicle_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.planned TO servicelane_maintenance_planner;
