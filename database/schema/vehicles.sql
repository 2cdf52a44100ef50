-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA vehicles;

CREATE TABLE vehicles.vehicles (
    vehicle_id bigint NOT NULL,
    vin text NOT NULL,
    model_id text NOT NULL,
    make text NOT NULL,
    model text NOT NULL,
    model_year integer NOT NULL,
    drivetrain text NOT NULL,
    specification jsonb DEFAULT '{}'::jsonb NOT NULL,
    in_service_on date NOT NULL,
    enrolled_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT vehicles_drivetrain_check CHECK ((drivetrain = ANY (ARRAY['petrol'::text, 'diesel'::text, 'hybrid'::text, 'electric'::text]))),
    CONSTRAINT vehicles_model_year_check CHECK (((model_year >= 1980) AND (model_year <= 2100))),
    CONSTRAINT vehicles_vin_check CHECK ((vin ~ '^[A-HJ-NPR-Z0-9]{17}$'::text))
);

CREATE TABLE vehicles.ownerships (
    vehicle_id bigint NOT NULL,
    owner_id text NOT NULL,
    since date NOT NULL,
    until date,
    CONSTRAINT ownerships_check CHECK (((until IS NULL) OR (until >= since)))
);

CREATE TABLE vehicles.certificates (
    serial text NOT NULL,
    vehicle_id bigint NOT NULL,
    public_key_sha256 bytea NOT NULL,
    chain_pem text NOT NULL,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    renewed_from text,
    issued_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT certificates_check CHECK ((not_after > not_before)),
    CONSTRAINT certificates_serial_check CHECK ((serial ~ '^[0-9a-f]+$'::text))
);

CREATE TABLE vehicles.owners (
    owner_id text NOT NULL,
    display_name text NOT NULL,
    contact jsonb DEFAULT '{}'::jsonb NOT NULL,
    registered_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE vehicles.ownership_claims (
    claim_id uuid NOT NULL,
    owner_id text NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    proven_at timestamp with time zone,
    vehicle_id bigint
);

ALTER TABLE vehicles.vehicles ALTER COLUMN vehicle_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME vehicles.vehicles_vehicle_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY vehicles.certificates
    ADD CONSTRAINT certificates_pkey PRIMARY KEY (serial);

ALTER TABLE ONLY vehicles.owners
    ADD CONSTRAINT owners_pkey PRIMARY KEY (owner_id);

ALTER TABLE ONLY vehicles.ownership_claims
    ADD CONSTRAINT ownership_claims_pkey PRIMARY KEY (claim_id);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_pkey PRIMARY KEY (vehicle_id, owner_id, since);

ALTER TABLE ONLY vehicles.vehicles
    ADD CONSTRAINT vehicles_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY vehicles.vehicles
    ADD CONSTRAINT vehicles_vin_key UNIQUE (vin);

CREATE INDEX certificates_by_vehicle ON vehicles.certificates USING btree (vehicle_id, issued_at DESC);

CREATE INDEX certificates_revoked ON vehicles.certificates USING btree (not_after) WHERE (revoked_at IS NOT NULL);

CREATE INDEX ownership_claims_by_owner ON vehicles.ownership_claims USING btree (owner_id, ends_at);

CREATE INDEX ownerships_by_owner ON vehicles.ownerships USING btree (owner_id) WHERE (until IS NULL);

CREATE UNIQUE INDEX ownerships_current ON vehicles.ownerships USING btree (vehicle_id) WHERE (until IS NULL);

ALTER TABLE ONLY vehicles.certificates
    ADD CONSTRAINT certificates_renewed_from_fkey FOREIGN KEY (renewed_from) REFERENCES vehicles.certificates(serial);

ALTER TABLE ONLY vehicles.certificates
    ADD CONSTRAINT certificates_vehicle_id_fkey FOREIGN KEY (vehicle_id) REFERENCES vehicles.vehicles(vehicle_id);

ALTER TABLE ONLY vehicles.ownership_claims
    ADD CONSTRAINT ownership_claims_vehicle_id_fkey FOREIGN KEY (vehicle_id) REFERENCES vehicles.vehicles(vehicle_id);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES vehicles.owners(owner_id);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_vehicle_id_fkey FOREIGN KEY (vehicle_id) REFERENCES vehicles.vehicles(vehicle_id);

GRANT USAGE ON SCHEMA vehicles TO servicelane_vehicles;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.vehicles TO servicelane_vehicles;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.ownerships TO servicelane_vehicles;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.certificates TO servicelane_vehicles;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.owners TO servicelane_vehicles;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.ownership_claims TO servicelane_vehicles;
