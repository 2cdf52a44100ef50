-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.waiting (
    entry_id uuid NOT NULL,
    turn bigint NOT NULL,
    vehicle_id bigint NOT NULL,
    owner_id text NOT NULL,
    workshop_id text NOT NULL,
    recommendation_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    from_at timestamp with time zone NOT NULL,
    until_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    booking_id uuid,
    ended_at timestamp with time zone,
    CONSTRAINT waiting_check CHECK ((until_at > from_at))
);

ALTER TABLE booking.waiting ALTER COLUMN turn ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME booking.waiting_turn_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY booking.waiting
    ADD CONSTRAINT waiting_pkey PRIMARY KEY (entry_id);

CREATE INDEX waiting_by_vehicle ON booking.waiting USING btree (vehicle_id, turn);

CREATE INDEX waiting_in_turn ON booking.waiting USING btree (workshop_id, turn) WHERE ((booking_id IS NULL) AND (ended_at IS NULL));

CREATE UNIQUE INDEX waiting_once ON booking.waiting USING btree (vehicle_id, workshop_id) WHERE ((booking_id IS NULL) AND (ended_at IS NULL));

ALTER TABLE ONLY booking.waiting
    ADD CONSTRAINT waiting_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings(booking_id);

ALTER TABLE ONLY booking.waiting
    ADD CONSTRAINT waiting_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.waiting TO servicelane_booking_api;
