-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA vehicles;

CREATE TABLE vehicles.ownerships (
    vehicle_id bigint NOT NULL,
    owner_id text NOT NULL,
    since date NOT NULL,
    until date,
    CONSTRAINT ownerships_check CHECK (((until IS NULL) OR (until >= since)))
);

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

CREATE TABLE vehicles.credentials (
    vehicle_id bigint NOT NULL,
    password_hash text NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE vehicles.owners (
    owner_id text NOT NULL,
    display_name text NOT NULL,
    contact jsonb DEFAULT '{}'::jsonb NOT NULL,
    registered_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE vehicles.vehicles ALTER COLUMN vehicle_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME vehicles.vehicles_vehicle_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY vehicles.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY vehicles.owners
    ADD CONSTRAINT owners_pkey PRIMARY KEY (owner_id);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_pkey PRIMARY KEY (vehicle_id, owner_id, since);

ALTER TABLE ONLY vehicles.vehicles
    ADD CONSTRAINT vehicles_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY vehicles.vehicles
    ADD CONSTRAINT vehicles_vin_key UNIQUE (vin);

CREATE INDEX ownerships_by_owner ON vehicles.ownerships USING btree (owner_id) WHERE (until IS NULL);

CREATE UNIQUE INDEX ownerships_current ON vehicles.ownerships USING btree (vehicle_id) WHERE (until IS NULL);

ALTER TABLE ONLY vehicles.credentials
    ADD CONSTRAINT credentials_vehicle_id_fkey FOREIGN KEY (vehicle_id) REFERENCES vehicles.vehicles(vehicle_id);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES vehicles.owners(owner_id);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_vehicle_id_fkey FOREIGN KEY (vehicle_id) REFERENCES vehicles.vehicles(vehicle_id);

GRANT USAGE ON SCHEMA vehicles TO servicelane_vehicles;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.ownerships TO servicelane_vehicles;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.vehicles TO servicelane_vehicles;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.credentials TO servicelane_vehicles;

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.owners TO servicelane_vehicles;
