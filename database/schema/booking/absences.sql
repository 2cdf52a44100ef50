-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.absences (
    resource_id bigint NOT NULL,
    during tstzrange NOT NULL,
    CONSTRAINT absences_during_check CHECK ((NOT isempty(during)))
);

ALTER TABLE ONLY booking.absences
    ADD CONSTRAINT absences_pkey PRIMARY KEY (resource_id, during);

ALTER TABLE ONLY booking.absences
    ADD CONSTRAINT absences_resource_id_fkey FOREIGN KEY (resource_id) REFERENCES booking.resources(resource_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE booking.absences TO servicelane_booking_api;
