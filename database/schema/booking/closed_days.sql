-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.closed_days (
    workshop_id text NOT NULL,
    closed_on date NOT NULL
);

ALTER TABLE ONLY booking.closed_days
    ADD CONSTRAINT closed_days_pkey PRIMARY KEY (workshop_id, closed_on);

ALTER TABLE ONLY booking.closed_days
    ADD CONSTRAINT closed_days_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE booking.closed_days TO servicelane_booking_api;
