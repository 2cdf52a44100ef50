-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.erasure_requests (
    owner_id text NOT NULL,
    requested_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY booking.erasure_requests
    ADD CONSTRAINT erasure_requests_pkey PRIMARY KEY (owner_id);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.erasure_requests TO servicelane_booking_api;
