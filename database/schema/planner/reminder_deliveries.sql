-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.reminder_deliveries (
    reminder_id uuid NOT NULL,
    channel text NOT NULL,
    state text NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    detail text,
    CONSTRAINT reminder_deliveries_channel_check CHECK ((channel = ANY (ARRAY['in_app'::text, 'email'::text, 'webhook'::text]))),
    CONSTRAINT reminder_deliveries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'given_up'::text, 'withdrawn'::text])))
);

ALTER TABLE ONLY planner.reminder_deliveries
    ADD CONSTRAINT reminder_deliveries_pkey PRIMARY KEY (reminder_id, channel);

CREATE INDEX reminder_deliveries_waiting ON planner.reminder_deliveries USING btree (next_attempt_at) WHERE (state = 'waiting'::text);

ALTER TABLE ONLY planner.reminder_deliveries
    ADD CONSTRAINT reminder_deliveries_reminder_id_fkey FOREIGN KEY (reminder_id) REFERENCES planner.reminders(reminder_id) ON DELETE CASCADE;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.reminder_deliveries TO servicelane_maintenance_planner;
