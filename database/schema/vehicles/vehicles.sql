-- What the migrations make, for reading. Written by a program: do not edit.

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

ALTER TABLE vehicles.vehicles ALTER COLUMN vehicle_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME vehicles.vehicles_vehicle_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY vehicles.vehicles
    ADD CONSTRAINT vehicles_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY vehicles.vehicles
    ADD CONSTRAINT vehicles_vin_key UNIQUE (vin);

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.vehicles TO servicelane_vehicles;
