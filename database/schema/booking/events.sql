-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.events (
    event_id bigint NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    booking_id uuid,
    vehicle_id bigint NOT NULL,
    owner_id text,
    workshop_id text,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    finding_id uuid,
    CONSTRAINT events_about_one CHECK (
CASE
    WHEN (finding_id IS NULL) THEN ((booking_id IS NOT NULL) AND (workshop_id IS NOT NULL))
    ELSE ((booking_id IS NULL) AND (workshop_id IS NULL))
END)
);

ALTER TABLE booking.events ALTER COLUMN event_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME booking.events_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY booking.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (event_id);

CREATE INDEX events_by_booking ON booking.events USING btree (booking_id, event_id);

CREATE UNIQUE INDEX events_by_finding ON booking.events USING btree (finding_id, kind, occurred_at) WHERE (finding_id IS NOT NULL);

CREATE INDEX events_in_order ON booking.events USING btree (transaction_id, event_id);

ALTER TABLE ONLY booking.events
    ADD CONSTRAINT events_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings(booking_id);

GRANT SELECT,INSERT ON TABLE booking.events TO servicelane_booking_api;
