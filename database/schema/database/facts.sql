-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE database.facts (
    name text NOT NULL,
    value text NOT NULL
);

ALTER TABLE ONLY database.facts
    ADD CONSTRAINT facts_pkey PRIMARY KEY (name);

GRANT SELECT ON TABLE database.facts TO servicelane_reader;
