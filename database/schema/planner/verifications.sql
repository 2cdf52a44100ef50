-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE planner.verifications (
    vehicle_id bigint NOT NULL,
    item text NOT NULL,
    performed_on date NOT NULL,
    state text NOT NULL,
    texts jsonb NOT NULL,
    CONSTRAINT verifications_state_check CHECK ((state = ANY (ARRAY['verified'::text, 'not_yet'::text, 'came_back'::text])))
);

ALTER TABLE ONLY planner.verifications
    ADD CONSTRAINT verifications_pkey PRIMARY KEY (vehicle_id, item, performed_on);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE planner.verifications TO servicelane_maintenance_planner;
