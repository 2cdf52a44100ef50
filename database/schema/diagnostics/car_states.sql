-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.car_states (
    vehicle_id bigint NOT NULL,
    judged_until timestamp with time zone NOT NULL,
    folded_until timestamp with time zone NOT NULL,
    rules text NOT NULL,
    judgement text,
    revision text NOT NULL
);

ALTER TABLE ONLY diagnostics.car_states
    ADD CONSTRAINT car_states_pkey PRIMARY KEY (vehicle_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.car_states TO servicelane_diagnostics;
