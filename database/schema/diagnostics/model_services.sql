-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.model_services (
    vehicle_model text NOT NULL,
    from_at timestamp with time zone NOT NULL,
    artefact_id text
);

ALTER TABLE ONLY diagnostics.model_services
    ADD CONSTRAINT model_services_pkey PRIMARY KEY (vehicle_model, from_at);

ALTER TABLE ONLY diagnostics.model_services
    ADD CONSTRAINT model_services_artefact_id_fkey FOREIGN KEY (artefact_id) REFERENCES diagnostics.models(artefact_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.model_services TO servicelane_diagnostics;
