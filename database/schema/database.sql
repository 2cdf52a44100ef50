-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA database;

CREATE TABLE database.applied_migrations (
    package text NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE database.facts (
    name text NOT NULL,
    value text NOT NULL
);

ALTER TABLE ONLY database.applied_migrations
    ADD CONSTRAINT applied_migrations_pkey PRIMARY KEY (package, name);

ALTER TABLE ONLY database.facts
    ADD CONSTRAINT facts_pkey PRIMARY KEY (name);

GRANT USAGE ON SCHEMA database TO servicelane_reader;

GRANT SELECT ON TABLE database.applied_migrations TO servicelane_reader;

GRANT SELECT ON TABLE database.facts TO servicelane_reader;
