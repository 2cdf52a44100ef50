-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.positions (
    vehicle_id bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    boot_number bigint NOT NULL,
    boot_id uuid NOT NULL,
    sequence bigint NOT NULL,
    frame integer NOT NULL,
    latitude_deg double precision,
    longitude_deg double precision,
    altitude_m double precision
);
ALTER TABLE ONLY telemetry.positions ALTER COLUMN boot_number SET STATISTICS 0;
ALTER TABLE ONLY telemetry.positions ALTER COLUMN boot_id SET STATISTICS 0;
ALTER TABLE ONLY telemetry.positions ALTER COLUMN sequence SET STATISTICS 0;
ALTER TABLE ONLY telemetry.positions ALTER COLUMN frame SET STATISTICS 0;
ALTER TABLE ONLY telemetry.positions ALTER COLUMN latitude_deg SET STATISTICS 0;
ALTER TABLE ONLY telemetry.positions ALTER COLUMN longitude_deg SET STATISTICS 0;
ALTER TABLE ONLY telemetry.positions ALTER COLUMN altitude_m SET STATISTICS 0;

ALTER TABLE ONLY telemetry.positions
    ADD CONSTRAINT positions_pkey PRIMARY KEY (vehicle_id, recorded_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE telemetry.positions TO servicelane_ingest;
