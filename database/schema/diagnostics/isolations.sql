-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.isolations (
    isolation_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    severity smallint NOT NULL,
    drive text NOT NULL,
    entry_ids text[] NOT NULL,
    symptoms jsonb NOT NULL,
    causes jsonb NOT NULL,
    tests jsonb NOT NULL,
    kit jsonb NOT NULL,
    labour_minutes integer NOT NULL,
    skills text[] NOT NULL,
    owner_texts jsonb NOT NULL,
    drive_texts jsonb NOT NULL,
    results jsonb NOT NULL,
    confirmed_cause text,
    inputs text NOT NULL,
    CONSTRAINT isolations_drive_check CHECK ((drive = ANY (ARRAY['yes'::text, 'short'::text, 'no'::text]))),
    CONSTRAINT isolations_severity_check CHECK (((severity >= 1) AND (severity <= 4)))
);

COMMENT ON COLUMN diagnostics.isolations.entry_ids IS 'Its symptoms as keys of the fault catalogue.';

COMMENT ON COLUMN diagnostics.isolations.inputs IS 'A digest of all that this fault was derived from.';

ALTER TABLE ONLY diagnostics.isolations
    ADD CONSTRAINT isolations_pkey PRIMARY KEY (isolation_id);

CREATE INDEX isolations_by_entry ON diagnostics.isolations USING gin (entry_ids) WHERE (ended_at IS NULL);

CREATE INDEX isolations_by_vehicle ON diagnostics.isolations USING btree (vehicle_id, started_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.isolations TO servicelane_diagnostics;
