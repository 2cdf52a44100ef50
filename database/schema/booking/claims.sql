-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.claims (
    claim_id bigint NOT NULL,
    resource_id bigint NOT NULL,
    booking_id uuid NOT NULL,
    during tstzrange NOT NULL,
    state text NOT NULL,
    changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT claims_during_check CHECK (((NOT isempty(during)) AND lower_inc(during) AND (NOT upper_inc(during)))),
    CONSTRAINT claims_state_check CHECK ((state = ANY (ARRAY['held'::text, 'confirmed'::text, 'in_service'::text, 'released'::text])))
);

ALTER TABLE booking.claims ALTER COLUMN claim_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME booking.claims_claim_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_never_overlap EXCLUDE USING gist (int8range(resource_id, resource_id, '[]'::text) WITH &&, during WITH &&) WHERE ((state = ANY (ARRAY['held'::text, 'confirmed'::text, 'in_service'::text])));

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (claim_id);

CREATE INDEX claims_by_booking ON booking.claims USING btree (booking_id);

CREATE INDEX claims_by_change ON booking.claims USING btree (changed_xid);

CREATE INDEX claims_by_time ON booking.claims USING gist (during) WHERE (state = ANY (ARRAY['held'::text, 'confirmed'::text, 'in_service'::text]));

CREATE TRIGGER claims_note_change BEFORE UPDATE ON booking.claims FOR EACH ROW EXECUTE FUNCTION booking.note_change();

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings(booking_id);

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_resource_id_fkey FOREIGN KEY (resource_id) REFERENCES booking.resources(resource_id);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.claims TO servicelane_booking_api;
