-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.idempotency_keys (
    subject text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    answer jsonb,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY booking.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (subject, key);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.idempotency_keys TO servicelane_booking_api;
