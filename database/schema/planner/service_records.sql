-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.service_records (
    vehicle_id bigint NOT NULL,
    item text NOT NULL,
    performed_on date NOT NULL,
    odometer_km double precision,
    source text NOT NULL,
    note text,
    CONSTRAINT service_records_odometer_km_check CHECK (((odometer_km >= (0)::double precision) AND (odometer_km <= (10000000)::double precision)))
);

ALTER TABLE ONLY planner.service_records
    ADD CONSTRAINT service_records_pkey PRIMARY KEY (vehicle_id, item, performed_on);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.service_records TO servicelane_maintenance_planner;
