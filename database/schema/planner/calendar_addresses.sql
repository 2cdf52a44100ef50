-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.calendar_addresses (
    secret_sha256 bytea NOT NULL,
    owner_id text NOT NULL,
    made_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY planner.calendar_addresses
    ADD CONSTRAINT calendar_addresses_pkey PRIMARY KEY (secret_sha256);

CREATE INDEX calendar_addresses_by_owner ON planner.calendar_addresses USING btree (owner_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.calendar_addresses TO servicelane_maintenance_planner;
