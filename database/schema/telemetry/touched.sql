-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.touched (
    step text NOT NULL,
    vehicle_id bigint NOT NULL,
    day_at timestamp with time zone NOT NULL,
    spans tstzmultirange NOT NULL,
    due_at timestamp with time zone NOT NULL,
    touched_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT touched_step_check CHECK ((step = ANY (ARRAY['minute'::text, 'hour'::text, 'day'::text])))
)
WITH (fillfactor='70');

ALTER TABLE ONLY telemetry.touched
    ADD CONSTRAINT touched_pkey PRIMARY KEY (step, vehicle_id, day_at);

CREATE INDEX touched_by_due ON telemetry.touched USING btree (step, due_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE telemetry.touched TO servicelane_ingest;
