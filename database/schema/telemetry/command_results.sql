-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.command_results (
    vehicle_id bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    command_id text NOT NULL,
    status text NOT NULL,
    reason text NOT NULL
);

ALTER TABLE ONLY telemetry.command_results
    ADD CONSTRAINT command_results_pkey PRIMARY KEY (vehicle_id, boot_id, sequence);

CREATE INDEX command_results_by_recording ON telemetry.command_results USING btree (recorded_at);

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.command_results TO servicelane_ingest;
