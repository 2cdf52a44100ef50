-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.opening_hours (
    workshop_id text NOT NULL,
    weekday smallint NOT NULL,
    opens time without time zone NOT NULL,
    closes time without time zone NOT NULL,
    CONSTRAINT opening_hours_check CHECK ((closes > opens)),
    CONSTRAINT opening_hours_weekday_check CHECK (((weekday >= 0) AND (weekday <= 6)))
);

COMMENT ON COLUMN booking.opening_hours.weekday IS '0 is Monday.';

ALTER TABLE ONLY booking.opening_hours
    ADD CONSTRAINT opening_hours_pkey PRIMARY KEY (workshop_id, weekday, opens);

ALTER TABLE ONLY booking.opening_hours
    ADD CONSTRAINT opening_hours_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE booking.opening_hours TO servicelane_booking_api;
