-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.restores (
    restore_id bigint NOT NULL,
    backup_taken_at timestamp with time zone NOT NULL,
    restored_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE telemetry.restores ALTER COLUMN restore_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME telemetry.restores_restore_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY telemetry.restores
    ADD CONSTRAINT restores_pkey PRIMARY KEY (restore_id);

GRANT SELECT,INSERT ON TABLE telemetry.restores TO servicelane_ingest;
