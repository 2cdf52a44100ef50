-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.dtc_reports (
    vehicle_id bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    boot_number bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    stored_at timestamp with time zone DEFAULT now() NOT NULL,
    clock_quality smallint NOT NULL,
    ecu text NOT NULL,
    complete boolean NOT NULL,
    cleared boolean NOT NULL,
    odometer_km double precision,
    codes jsonb NOT NULL,
    system text DEFAULT 'uds'::text NOT NULL,
    scope text DEFAULT 'memory'::text NOT NULL,
    status_mask smallint DEFAULT 255 NOT NULL,
    lamps jsonb DEFAULT '{}'::jsonb NOT NULL
);

ALTER TABLE ONLY telemetry.dtc_reports
    ADD CONSTRAINT dtc_reports_pkey PRIMARY KEY (vehicle_id, boot_id, sequence);

CREATE INDEX dtc_reports_by_instant ON telemetry.dtc_reports USING btree (vehicle_id, recorded_at);

CREATE INDEX dtc_reports_by_recording ON telemetry.dtc_reports USING btree (recorded_at);

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.dtc_reports TO servicelane_ingest;
