-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA booking;

CREATE TABLE booking.access_log (
    access_id bigint NOT NULL,
    read_at timestamp with time zone NOT NULL,
    vehicle_id bigint,
    owner_id text,
    reader text NOT NULL,
    role text NOT NULL,
    organisation_id text,
    action text NOT NULL,
    relation text NOT NULL
);

COMMENT ON COLUMN booking.access_log.owner_id IS 'Whose the car was then: the next owner does not see it.';

ALTER TABLE booking.access_log ALTER COLUMN access_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME booking.access_log_access_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

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
    CONSTRAINT bookings_check CHECK ((ends_at > starts_at)),
    CONSTRAINT bookings_status_check CHECK ((status = ANY (ARRAY['booked'::text, 'cancelled'::text])))
);

CREATE TABLE booking.claims (
    claim_id bigint NOT NULL,
    resource_id bigint NOT NULL,
    booking_id uuid NOT NULL,
    during tstzrange NOT NULL,
    state text NOT NULL,
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

CREATE TABLE booking.closed_days (
    workshop_id text NOT NULL,
    closed_on date NOT NULL
);

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

CREATE TABLE booking.erasure_requests (
    owner_id text NOT NULL,
    requested_at timestamp with time zone NOT NULL
);

CREATE TABLE booking.idempotency_keys (
    subject text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    answer jsonb,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE booking.kept_by_law (
    booking_id uuid NOT NULL,
    owner_id text NOT NULL,
    display_name text NOT NULL,
    vin text NOT NULL,
    workshop_id text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    work jsonb NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    keep_until date NOT NULL
);

CREATE TABLE booking.opening_hours (
    workshop_id text NOT NULL,
    weekday smallint NOT NULL,
    opens time without time zone NOT NULL,
    closes time without time zone NOT NULL,
    CONSTRAINT opening_hours_check CHECK ((closes > opens)),
    CONSTRAINT opening_hours_weekday_check CHECK (((weekday >= 0) AND (weekday <= 6)))
);

COMMENT ON COLUMN booking.opening_hours.weekday IS '0 is Monday.';

CREATE TABLE booking.resources (
    resource_id bigint NOT NULL,
    workshop_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    skills text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT resources_kind_check CHECK ((kind = ANY (ARRAY['bay'::text, 'technician'::text])))
);

ALTER TABLE booking.resources ALTER COLUMN resource_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME booking.resources_resource_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE booking.workshops (
    workshop_id text NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    city text NOT NULL,
    latitude_deg double precision NOT NULL,
    longitude_deg double precision NOT NULL,
    time_zone text NOT NULL,
    notice_minutes integer NOT NULL,
    horizon_days integer NOT NULL,
    brands text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT workshops_horizon_days_check CHECK (((horizon_days >= 1) AND (horizon_days <= 366))),
    CONSTRAINT workshops_latitude_deg_check CHECK (((latitude_deg >= ('-90'::integer)::double precision) AND (latitude_deg <= (90)::double precision))),
    CONSTRAINT workshops_longitude_deg_check CHECK (((longitude_deg >= ('-180'::integer)::double precision) AND (longitude_deg <= (180)::double precision))),
    CONSTRAINT workshops_notice_minutes_check CHECK ((notice_minutes >= 0)),
    CONSTRAINT workshops_workshop_id_check CHECK ((workshop_id ~ '^[a-z0-9-]{1,64}$'::text))
);

COMMENT ON COLUMN booking.workshops.brands IS 'Makes that are served; empty: every make.';

ALTER TABLE ONLY booking.access_log
    ADD CONSTRAINT access_log_pkey PRIMARY KEY (access_id);

ALTER TABLE ONLY booking.bookings
    ADD CONSTRAINT bookings_pkey PRIMARY KEY (booking_id);

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_never_overlap EXCLUDE USING gist (int8range(resource_id, resource_id, '[]'::text) WITH &&, during WITH &&) WHERE ((state = ANY (ARRAY['held'::text, 'confirmed'::text, 'in_service'::text])));

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (claim_id);

ALTER TABLE ONLY booking.closed_days
    ADD CONSTRAINT closed_days_pkey PRIMARY KEY (workshop_id, closed_on);

ALTER TABLE ONLY booking.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (consent_id);

ALTER TABLE ONLY booking.erasure_requests
    ADD CONSTRAINT erasure_requests_pkey PRIMARY KEY (owner_id);

ALTER TABLE ONLY booking.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (subject, key);

ALTER TABLE ONLY booking.kept_by_law
    ADD CONSTRAINT kept_by_law_pkey PRIMARY KEY (booking_id);

ALTER TABLE ONLY booking.opening_hours
    ADD CONSTRAINT opening_hours_pkey PRIMARY KEY (workshop_id, weekday, opens);

ALTER TABLE ONLY booking.resources
    ADD CONSTRAINT resources_pkey PRIMARY KEY (resource_id);

ALTER TABLE ONLY booking.resources
    ADD CONSTRAINT resources_workshop_id_name_key UNIQUE (workshop_id, name);

ALTER TABLE ONLY booking.workshops
    ADD CONSTRAINT workshops_pkey PRIMARY KEY (workshop_id);

CREATE INDEX access_log_by_vehicle ON booking.access_log USING btree (vehicle_id, access_id);

CREATE INDEX bookings_by_owner ON booking.bookings USING btree (owner_id, starts_at);

CREATE INDEX bookings_by_vehicle ON booking.bookings USING btree (vehicle_id, starts_at);

CREATE INDEX bookings_by_workshop ON booking.bookings USING btree (workshop_id, ends_at);

CREATE INDEX claims_by_booking ON booking.claims USING btree (booking_id);

CREATE INDEX claims_by_time ON booking.claims USING gist (during) WHERE (state = ANY (ARRAY['held'::text, 'confirmed'::text, 'in_service'::text]));

CREATE INDEX consents_by_grantee ON booking.consents USING btree (grantee, ends_at) WHERE (withdrawn_at IS NULL);

CREATE INDEX consents_by_vehicle ON booking.consents USING btree (vehicle_id, given_at);

CREATE INDEX kept_by_law_by_end ON booking.kept_by_law USING btree (keep_until);

ALTER TABLE ONLY booking.bookings
    ADD CONSTRAINT bookings_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings(booking_id);

ALTER TABLE ONLY booking.claims
    ADD CONSTRAINT claims_resource_id_fkey FOREIGN KEY (resource_id) REFERENCES booking.resources(resource_id);

ALTER TABLE ONLY booking.closed_days
    ADD CONSTRAINT closed_days_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

ALTER TABLE ONLY booking.opening_hours
    ADD CONSTRAINT opening_hours_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

ALTER TABLE ONLY booking.resources
    ADD CONSTRAINT resources_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

GRANT USAGE ON SCHEMA booking TO servicelane_booking_api;

GRANT SELECT,INSERT ON TABLE booking.access_log TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.bookings TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.claims TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.closed_days TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.consents TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.erasure_requests TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.idempotency_keys TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.opening_hours TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.resources TO servicelane_booking_api;

GRANT SELECT,INSERT,UPDATE ON TABLE booking.workshops TO servicelane_booking_api;
