-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.findings (
    finding_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    kind text NOT NULL,
    component text NOT NULL,
    severity smallint NOT NULL,
    found_at timestamp with time zone NOT NULL,
    onset_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    evidence jsonb NOT NULL,
    texts jsonb NOT NULL,
    CONSTRAINT findings_severity_check CHECK (((severity >= 1) AND (severity <= 4)))
);

ALTER TABLE ONLY diagnostics.findings
    ADD CONSTRAINT findings_pkey PRIMARY KEY (finding_id);

CREATE INDEX findings_by_vehicle ON diagnostics.findings USING btree (vehicle_id, found_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.findings TO servicelane_diagnostics;
