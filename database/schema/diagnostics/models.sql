-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.models (
    artefact_id text NOT NULL,
    vehicle_model text NOT NULL,
    document text NOT NULL
);

ALTER TABLE ONLY diagnostics.models
    ADD CONSTRAINT models_pkey PRIMARY KEY (artefact_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.models TO servicelane_diagnostics;
