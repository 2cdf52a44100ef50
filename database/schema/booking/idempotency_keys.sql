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

CREATE INDEX idempotency_keys_by_age ON booking.idempotency_keys USING btree (created_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE booking.idempotency_keys TO servicelane_booking_api;
