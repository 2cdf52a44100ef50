-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE vehicles.ownerships (
    vehicle_id bigint NOT NULL,
    owner_id text NOT NULL,
    since date NOT NULL,
    until date,
    CONSTRAINT ownerships_check CHECK (((until IS NULL) OR (until >= since)))
);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_pkey PRIMARY KEY (vehicle_id, owner_id, since);

CREATE INDEX ownerships_by_owner ON vehicles.ownerships USING btree (owner_id) WHERE (until IS NULL);

CREATE UNIQUE INDEX ownerships_current ON vehicles.ownerships USING btree (vehicle_id) WHERE (until IS NULL);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES vehicles.owners(owner_id);

ALTER TABLE ONLY vehicles.ownerships
    ADD CONSTRAINT ownerships_vehicle_id_fkey FOREIGN KEY (vehicle_id) REFERENCES vehicles.vehicles(vehicle_id);

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.ownerships TO servicelane_vehicles;
