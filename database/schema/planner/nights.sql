-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.nights (
    night_on date NOT NULL,
    as_of_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY planner.nights
    ADD CONSTRAINT nights_pkey PRIMARY KEY (night_on);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.nights TO servicelane_maintenance_planner;
