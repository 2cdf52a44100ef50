-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.latest_state (
    vehicle_id bigint NOT NULL,
    last_recorded_at timestamp with time zone NOT NULL,
    last_received_at timestamp with time zone NOT NULL,
    clock_quality smallint NOT NULL,
    signals jsonb NOT NULL,
    signal_ids smallint[] DEFAULT '{}'::smallint[] NOT NULL,
    signal_values double precision[] DEFAULT '{}'::double precision[] NOT NULL,
    signal_at_ms bigint[] DEFAULT '{}'::bigint[] NOT NULL
)
WITH (fillfactor='70');

ALTER TABLE ONLY telemetry.latest_state
    ADD CONSTRAINT latest_state_pkey PRIMARY KEY (vehicle_id);

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.latest_state TO servicelane_ingest;
