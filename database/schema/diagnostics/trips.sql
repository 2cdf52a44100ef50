-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.trips (
    vehicle_id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    features jsonb NOT NULL
);

ALTER TABLE ONLY diagnostics.trips
    ADD CONSTRAINT trips_pkey PRIMARY KEY (vehicle_id, started_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.trips TO servicelane_diagnostics;
