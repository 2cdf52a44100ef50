-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.recommendation_changes (
    recommendation_id uuid NOT NULL,
    number integer NOT NULL,
    vehicle_id bigint NOT NULL,
    item text NOT NULL,
    kind text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    urgency smallint NOT NULL,
    due_at timestamp with time zone,
    latest_safe_at timestamp with time zone,
    basis jsonb NOT NULL,
    texts jsonb NOT NULL,
    CONSTRAINT recommendation_changes_kind_check CHECK ((kind = ANY (ARRAY['opened'::text, 'changed'::text, 'closed'::text])))
);

ALTER TABLE ONLY planner.recommendation_changes
    ADD CONSTRAINT recommendation_changes_pkey PRIMARY KEY (recommendation_id, number);

CREATE INDEX recommendation_changes_by_vehicle ON planner.recommendation_changes USING btree (vehicle_id, changed_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.recommendation_changes TO servicelane_maintenance_planner;
