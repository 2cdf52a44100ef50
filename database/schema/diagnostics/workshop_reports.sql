-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.workshop_reports (
    isolation_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    vehicle_id bigint NOT NULL,
    value text NOT NULL,
    workshop_id text NOT NULL,
    told_at timestamp with time zone NOT NULL,
    entry_ids text[] NOT NULL,
    shown jsonb NOT NULL,
    CONSTRAINT workshop_reports_kind_check CHECK ((kind = ANY (ARRAY['test'::text, 'cause'::text])))
);

ALTER TABLE ONLY diagnostics.workshop_reports
    ADD CONSTRAINT workshop_reports_pkey PRIMARY KEY (isolation_id, kind, subject);

CREATE INDEX workshop_reports_by_entry ON diagnostics.workshop_reports USING gin (entry_ids) WHERE (kind = 'cause'::text);

CREATE INDEX workshop_reports_by_vehicle ON diagnostics.workshop_reports USING btree (vehicle_id, told_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.workshop_reports TO servicelane_diagnostics;
