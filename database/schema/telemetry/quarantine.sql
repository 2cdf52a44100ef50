-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.quarantine (
    quarantine_id bigint NOT NULL,
    vin text,
    topic text NOT NULL,
    content_type text NOT NULL,
    reason text NOT NULL,
    disposition text NOT NULL,
    detail text NOT NULL,
    boot_id uuid,
    sequence bigint,
    frames integer DEFAULT 0 NOT NULL,
    received_at timestamp with time zone NOT NULL,
    payload bytea NOT NULL,
    redriven_at timestamp with time zone,
    outcome text,
    redriven_by text,
    clock_offset_ms bigint,
    attempts integer DEFAULT 0 NOT NULL,
    last_attempt_at timestamp with time zone,
    CONSTRAINT quarantine_disposition_check CHECK ((disposition = ANY (ARRAY['quarantined'::text, 'refused'::text, 'stored'::text]))),
    CONSTRAINT quarantine_outcome_check CHECK ((outcome = ANY (ARRAY['stored'::text, 'duplicate'::text])))
);

ALTER TABLE telemetry.quarantine ALTER COLUMN quarantine_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME telemetry.quarantine_quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY telemetry.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (quarantine_id);

CREATE INDEX quarantine_by_instant ON telemetry.quarantine USING btree (received_at);

CREATE UNIQUE INDEX quarantine_by_message ON telemetry.quarantine USING btree (vin, boot_id, sequence, reason, sha256(payload)) WHERE (boot_id IS NOT NULL);

CREATE INDEX quarantine_by_vin ON telemetry.quarantine USING btree (vin, received_at);

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.quarantine TO servicelane_ingest;
