-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.moments (
    vehicle_id bigint NOT NULL,
    kind text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    details jsonb NOT NULL
);

ALTER TABLE ONLY diagnostics.moments
    ADD CONSTRAINT moments_pkey PRIMARY KEY (vehicle_id, recorded_at, kind);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.moments TO servicelane_diagnostics;
