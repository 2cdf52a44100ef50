-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.events (
    vehicle_id bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    boot_number bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    stored_at timestamp with time zone DEFAULT now() NOT NULL,
    clock_quality smallint NOT NULL,
    kind text NOT NULL,
    odometer_km double precision,
    details jsonb NOT NULL
);

ALTER TABLE ONLY telemetry.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (vehicle_id, boot_id, sequence);

CREATE INDEX events_by_instant ON telemetry.events USING btree (vehicle_id, recorded_at);

CREATE INDEX events_by_recording ON telemetry.events USING btree (recorded_at);

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.events TO servicelane_ingest;
