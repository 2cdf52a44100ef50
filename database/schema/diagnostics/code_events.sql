-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.code_events (
    event_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    rule text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    lead_ecu text,
    lead_code text,
    voltage_v double precision,
    severity smallint NOT NULL,
    titles jsonb NOT NULL,
    members jsonb NOT NULL
);

ALTER TABLE ONLY diagnostics.code_events
    ADD CONSTRAINT code_events_pkey PRIMARY KEY (event_id);

CREATE INDEX code_events_by_vehicle ON diagnostics.code_events USING btree (vehicle_id, started_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.code_events TO servicelane_diagnostics;
