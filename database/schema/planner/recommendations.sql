-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.recommendations (
    recommendation_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    item text NOT NULL,
    urgency smallint NOT NULL,
    due_at timestamp with time zone,
    latest_safe_at timestamp with time zone,
    titles jsonb NOT NULL,
    reasons jsonb NOT NULL,
    operations jsonb NOT NULL,
    finding_ids uuid[] NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT recommendations_urgency_check CHECK (((urgency >= 1) AND (urgency <= 4)))
);

ALTER TABLE ONLY planner.recommendations
    ADD CONSTRAINT recommendations_pkey PRIMARY KEY (recommendation_id);

CREATE INDEX recommendations_by_vehicle ON planner.recommendations USING btree (vehicle_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.recommendations TO servicelane_maintenance_planner;
