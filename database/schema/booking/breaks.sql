-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.breaks (
    resource_id bigint NOT NULL,
    weekday smallint NOT NULL,
    starts time without time zone NOT NULL,
    ends time without time zone NOT NULL,
    CONSTRAINT breaks_check CHECK ((ends > starts)),
    CONSTRAINT breaks_weekday_check CHECK (((weekday >= 0) AND (weekday <= 6)))
);

ALTER TABLE ONLY booking.breaks
    ADD CONSTRAINT breaks_pkey PRIMARY KEY (resource_id, weekday, starts);

ALTER TABLE ONLY booking.breaks
    ADD CONSTRAINT breaks_resource_id_fkey FOREIGN KEY (resource_id) REFERENCES booking.resources(resource_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE booking.breaks TO servicelane_booking_api;
