-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE vehicles.ownership_claims (
    claim_id uuid NOT NULL,
    owner_id text NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    proven_at timestamp with time zone,
    vehicle_id bigint
);

ALTER TABLE ONLY vehicles.ownership_claims
    ADD CONSTRAINT ownership_claims_pkey PRIMARY KEY (claim_id);

CREATE INDEX ownership_claims_by_owner ON vehicles.ownership_claims USING btree (owner_id, ends_at);

ALTER TABLE ONLY vehicles.ownership_claims
    ADD CONSTRAINT ownership_claims_vehicle_id_fkey FOREIGN KEY (vehicle_id) REFERENCES vehicles.vehicles(vehicle_id);

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.ownership_claims TO servicelane_vehicles;
