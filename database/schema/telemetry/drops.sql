-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.drops (
    vehicle_id bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    "position" integer NOT NULL,
    reason text NOT NULL,
    priority text NOT NULL,
    frames bigint NOT NULL,
    from_recorded_at timestamp with time zone,
    to_recorded_at timestamp with time zone
);

ALTER TABLE ONLY telemetry.drops
    ADD CONSTRAINT drops_pkey PRIMARY KEY (vehicle_id, boot_id, sequence, "position");

CREATE INDEX drops_by_recording ON telemetry.drops USING btree (to_recorded_at);

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.drops TO servicelane_ingest;
