-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE database.applied_migrations (
    package text NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY database.applied_migrations
    ADD CONSTRAINT applied_migrations_pkey PRIMARY KEY (package, name);

GRANT SELECT ON TABLE database.applied_migrations TO servicelane_reader;
