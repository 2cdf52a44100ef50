-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.sample_collisions (
    vehicle_id bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    frame integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    boot_number bigint NOT NULL,
    signals jsonb NOT NULL
);

ALTER TABLE ONLY telemetry.sample_collisions
    ADD CONSTRAINT sample_collisions_pkey PRIMARY KEY (vehicle_id, boot_id, sequence, frame);

CREATE INDEX sample_collisions_by_recording ON telemetry.sample_collisions USING btree (recorded_at);

GRANT SELECT,INSERT ON TABLE telemetry.sample_collisions TO servicelane_ingest;
