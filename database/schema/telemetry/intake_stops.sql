-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.intake_stops (
    stop_id bigint NOT NULL,
    part text NOT NULL,
    stopped_at timestamp with time zone DEFAULT now() NOT NULL,
    affected integer NOT NULL,
    heard integer NOT NULL,
    resumed_at timestamp with time zone,
    resumed_by text,
    quiet_until timestamp with time zone,
    CONSTRAINT intake_stops_part_check CHECK ((part = ANY (ARRAY['bridge'::text, 'writer'::text])))
);

ALTER TABLE telemetry.intake_stops ALTER COLUMN stop_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME telemetry.intake_stops_stop_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY telemetry.intake_stops
    ADD CONSTRAINT intake_stops_pkey PRIMARY KEY (stop_id);

GRANT SELECT,INSERT,UPDATE ON TABLE telemetry.intake_stops TO servicelane_ingest;
