-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.reminder_rungs (
    recommendation_id uuid NOT NULL,
    owner_id text NOT NULL,
    rung text NOT NULL,
    reminder_id uuid NOT NULL
);

ALTER TABLE ONLY planner.reminder_rungs
    ADD CONSTRAINT reminder_rungs_pkey PRIMARY KEY (recommendation_id, owner_id, rung);

CREATE INDEX reminder_rungs_by_reminder ON planner.reminder_rungs USING btree (reminder_id);

ALTER TABLE ONLY planner.reminder_rungs
    ADD CONSTRAINT reminder_rungs_reminder_id_fkey FOREIGN KEY (reminder_id) REFERENCES planner.reminders(reminder_id) ON DELETE CASCADE;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.reminder_rungs TO servicelane_maintenance_planner;
