-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.part_reservations (
    booking_id uuid NOT NULL,
    workshop_id text NOT NULL,
    part text NOT NULL,
    quantity numeric(10,2) NOT NULL,
    source text NOT NULL,
    ready_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    CONSTRAINT part_reservations_quantity_check CHECK ((quantity > (0)::numeric)),
    CONSTRAINT part_reservations_source_check CHECK ((source = ANY (ARRAY['stock'::text, 'order'::text]))),
    CONSTRAINT part_reservations_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'fitted'::text, 'released'::text])))
);

CREATE INDEX part_reservations_by_booking ON booking.part_reservations USING btree (booking_id);

CREATE INDEX part_reservations_by_part ON booking.part_reservations USING btree (workshop_id, part) WHERE (state = 'reserved'::text);

ALTER TABLE ONLY booking.part_reservations
    ADD CONSTRAINT part_reservations_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings(booking_id);

ALTER TABLE ONLY booking.part_reservations
    ADD CONSTRAINT part_reservations_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.part_reservations TO servicelane_booking_api;
