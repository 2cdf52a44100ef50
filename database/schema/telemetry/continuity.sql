-- What the migrations make, for reading. Written by a program: do not edit.

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

ALTER TABLE ONLY telemetry.continuity
    ADD CONSTRAINT continuity_pkey PRIMARY KEY (vehicle_id, boot_id);

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.continuity TO servicelane_ingest;
