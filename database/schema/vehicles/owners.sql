-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE vehicles.owners (
    owner_id text NOT NULL,
    display_name text NOT NULL,
    contact jsonb DEFAULT '{}'::jsonb NOT NULL,
    registered_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY vehicles.owners
    ADD CONSTRAINT owners_pkey PRIMARY KEY (owner_id);

GRANT SELECT,INSERT,UPDATE ON TABLE vehicles.owners TO servicelane_vehicles;
