-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.consents (
    consent_id uuid NOT NULL,
    vehicle_id bigint NOT NULL,
    owner_id text NOT NULL,
    grantee_kind text NOT NULL,
    grantee text NOT NULL,
    scopes text[] NOT NULL,
    given_by text NOT NULL,
    given_at timestamp with time zone NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    CONSTRAINT consents_check CHECK ((ends_at > starts_at)),
    CONSTRAINT consents_grantee_kind_check CHECK ((grantee_kind = ANY (ARRAY['workshop'::text, 'driver'::text]))),
    CONSTRAINT consents_scopes_check CHECK (((cardinality(scopes) > 0) AND (scopes <@ ARRAY['health'::text, 'due'::text, 'state'::text, 'book'::text])))
);

ALTER TABLE ONLY booking.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (consent_id);

CREATE INDEX consents_by_grantee ON booking.consents USING btree (grantee, ends_at) WHERE (withdrawn_at IS NULL);

CREATE INDEX consents_by_vehicle ON booking.consents USING btree (vehicle_id, given_at);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.consents TO servicelane_booking_api;
