-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.reminder_preferences (
    owner_id text NOT NULL,
    language text NOT NULL,
    time_zone text NOT NULL,
    quiet_since time without time zone NOT NULL,
    quiet_until time without time zone NOT NULL,
    channels text[] NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT reminder_preferences_channels_check CHECK ((channels <@ ARRAY['in_app'::text, 'email'::text, 'webhook'::text])),
    CONSTRAINT reminder_preferences_language_check CHECK ((language = ANY (ARRAY['en'::text, 'zh'::text])))
);

ALTER TABLE ONLY planner.reminder_preferences
    ADD CONSTRAINT reminder_preferences_pkey PRIMARY KEY (owner_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.reminder_preferences TO servicelane_maintenance_planner;
