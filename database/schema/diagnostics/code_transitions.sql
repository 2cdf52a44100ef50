-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.code_transitions (
    vehicle_id bigint NOT NULL,
    ecu text NOT NULL,
    code text NOT NULL,
    at timestamp with time zone NOT NULL,
    "bit" smallint NOT NULL,
    is_set boolean NOT NULL,
    CONSTRAINT code_transitions_bit_check CHECK ((("bit" >= 0) AND ("bit" <= 7)))
);

ALTER TABLE ONLY diagnostics.code_transitions
    ADD CONSTRAINT code_transitions_pkey PRIMARY KEY (vehicle_id, ecu, code, at, "bit");

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.code_transitions TO servicelane_diagnostics;
