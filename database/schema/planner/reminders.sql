-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.reminders (
    reminder_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    owner_id text NOT NULL,
    urgency smallint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    texts jsonb NOT NULL,
    read_at timestamp with time zone,
    CONSTRAINT reminders_urgency_check CHECK (((urgency >= 1) AND (urgency <= 4)))
);

ALTER TABLE ONLY planner.reminders
    ADD CONSTRAINT reminders_pkey PRIMARY KEY (reminder_id);

CREATE INDEX reminders_by_owner ON planner.reminders USING btree (owner_id, made_at);

CREATE INDEX reminders_by_vehicle ON planner.reminders USING btree (vehicle_id, made_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.reminders TO servicelane_maintenance_planner;
