-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.parked_readings (
    vehicle_id bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    features jsonb CONSTRAINT parked_readings_p20_kpa_not_null NOT NULL
);

ALTER TABLE ONLY diagnostics.parked_readings
    ADD CONSTRAINT parked_readings_pkey PRIMARY KEY (vehicle_id, recorded_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.parked_readings TO servicelane_diagnostics;
