-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.bookings (
    booking_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    owner_id text,
    workshop_id text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    time_zone text NOT NULL,
    status text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    work jsonb NOT NULL,
    recommendation_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    transport text DEFAULT 'drop_off'::text NOT NULL,
    hold_expires_at timestamp with time zone,
    made_at_desk boolean DEFAULT false NOT NULL,
    closed_on date,
    done_items text[] DEFAULT '{}'::text[] NOT NULL,
    causes jsonb DEFAULT '[]'::jsonb NOT NULL,
    guards_car boolean DEFAULT true NOT NULL,
    adviser_id bigint,
    CONSTRAINT bookings_check CHECK ((ends_at > starts_at)),
    CONSTRAINT bookings_holds_end CHECK (((status <> 'held'::text) OR (hold_expires_at IS NOT NULL))),
    CONSTRAINT bookings_status_check CHECK ((status = ANY (ARRAY['held'::text, 'booked'::text, 'checked_in'::text, 'inspecting'::text, 'estimated'::text, 'approved'::text, 'repairing'::text, 'ready'::text, 'closed'::text, 'verified'::text, 'came_back'::text, 'cancelled'::text, 'missed'::text, 'expired'::text]))),
    CONSTRAINT bookings_transport_check CHECK ((transport = ANY (ARRAY['drop_off'::text, 'loaner'::text, 'mobile'::text])))
);

COMMENT ON COLUMN booking.bookings.made_at_desk IS 'By the workshop, which then sees it while it is only held.';

COMMENT ON COLUMN booking.bookings.causes IS 'What was found: [{fault_id, cause}].';

COMMENT ON COLUMN booking.bookings.adviser_id IS 'Who receives the car; null where nobody of the desk is there then.';

ALTER TABLE ONLY booking.bookings
    ADD CONSTRAINT bookings_one_place_at_a_time EXCLUDE USING gist (int8range(vehicle_id, vehicle_id, '[]'::text) WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE ((guards_car AND (status = ANY (ARRAY['held'::text, 'booked'::text, 'checked_in'::text, 'inspecting'::text, 'estimated'::text, 'approved'::text, 'repairing'::text, 'ready'::text]))));

ALTER TABLE ONLY booking.bookings
    ADD CONSTRAINT bookings_pkey PRIMARY KEY (booking_id);

CREATE INDEX bookings_by_hold_end ON booking.bookings USING btree (hold_expires_at) WHERE (status = 'held'::text);

CREATE INDEX bookings_by_owner ON booking.bookings USING btree (owner_id, starts_at);

CREATE INDEX bookings_by_vehicle ON booking.bookings USING btree (vehicle_id, starts_at);

CREATE INDEX bookings_by_workshop ON booking.bookings USING btree (workshop_id, ends_at);

ALTER TABLE ONLY booking.bookings
    ADD CONSTRAINT bookings_adviser_id_fkey FOREIGN KEY (adviser_id) REFERENCES booking.resources(resource_id);

ALTER TABLE ONLY booking.bookings
    ADD CONSTRAINT bookings_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.bookings TO servicelane_booking_api;
