-- What the migrations make, for reading. Written by a program: do not edit.

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

ALTER TABLE ONLY vehicles.certificates
    ADD CONSTRAINT certificates_pkey PRIMARY KEY (serial);

CREATE INDEX certificates_by_vehicle ON vehicles.certificates USING btree (vehicle_id, issued_at DESC);

CREATE INDEX certificates_revoked ON vehicles.certificates USING btree (not_after) WHERE (revoked_at IS NOT NULL);

ALTER TABLE ONLY vehicles.certificates
    ADD CONSTRAINT certificates_renewed_from_fkey FOREIGN KEY (renewed_from) REFERENCES vehicles.certificates(serial);

ALTER TABLE ONLY vehicles.certificates
    ADD CONSTRAINT certificates_vehicle_id_fkey FOREIGN KEY (vehicle_id) REFERENCES vehicles.vehicles(vehicle_id);

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.certificates TO servicelane_vehicles;
