-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.calendar_addresses (
    digest bytea NOT NULL,
    booking_id uuid,
    resource_id bigint,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT calendar_addresses_check CHECK (((booking_id IS NULL) <> (resource_id IS NULL)))
);

ALTER TABLE ONLY booking.calendar_addresses
    ADD CONSTRAINT calendar_addresses_pkey PRIMARY KEY (digest);

CREATE INDEX calendar_addresses_by_booking ON booking.calendar_addresses USING btree (booking_id);

CREATE INDEX calendar_addresses_by_resource ON booking.calendar_addresses USING btree (resource_id);

ALTER TABLE ONLY booking.calendar_addresses
    ADD CONSTRAINT calendar_addresses_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings(booking_id);

ALTER TABLE ONLY booking.calendar_addresses
    ADD CONSTRAINT calendar_addresses_resource_id_fkey FOREIGN KEY (resource_id) REFERENCES booking.resources(resource_id);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.calendar_addresses TO servicelane_booking_api;
