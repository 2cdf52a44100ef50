-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.services (
    workshop_id text NOT NULL,
    code text NOT NULL,
    model text DEFAULT ''::text NOT NULL,
    minutes integer,
    before_minutes integer DEFAULT 0 NOT NULL,
    after_minutes integer DEFAULT 0 NOT NULL,
    equipment text[] DEFAULT '{}'::text[] NOT NULL,
    mobile boolean DEFAULT false NOT NULL,
    CONSTRAINT services_after_minutes_check CHECK (((after_minutes >= 0) AND (after_minutes <= 480))),
    CONSTRAINT services_before_minutes_check CHECK (((before_minutes >= 0) AND (before_minutes <= 480))),
    CONSTRAINT services_minutes_check CHECK (((minutes >= 1) AND (minutes <= 1440)))
);

COMMENT ON COLUMN booking.services.mobile IS 'Whether a van may do it where the car stands.';

ALTER TABLE ONLY booking.services
    ADD CONSTRAINT services_pkey PRIMARY KEY (workshop_id, code, model);

ALTER TABLE ONLY booking.services
    ADD CONSTRAINT services_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE booking.services TO servicelane_booking_api;
