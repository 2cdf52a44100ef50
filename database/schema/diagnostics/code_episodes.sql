-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE diagnostics.code_episodes (
    vehicle_id bigint NOT NULL,
    ecu text NOT NULL,
    code text NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    confirmed_at timestamp with time zone,
    healed_at timestamp with time zone,
    ended_at timestamp with time zone,
    occurrences integer NOT NULL,
    recurred boolean NOT NULL,
    mil boolean NOT NULL,
    severity smallint NOT NULL,
    titles jsonb NOT NULL,
    freeze_frame jsonb,
    transitions jsonb NOT NULL,
    system text DEFAULT 'uds'::text NOT NULL,
    code_number integer,
    raised_at timestamp with time zone,
    ended_by text,
    permanent_at timestamp with time zone,
    permanent_ended_at timestamp with time zone,
    verified_at timestamp with time zone,
    relapses integer DEFAULT 0 NOT NULL,
    lamps jsonb DEFAULT '{}'::jsonb NOT NULL,
    fault_detection_counter smallint,
    first_freeze_frame jsonb,
    last_freeze_frame jsonb,
    last_failed_at timestamp with time zone,
    event_id uuid,
    suppressed_by text,
    suppression_reasons jsonb,
    CONSTRAINT code_episodes_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'healed'::text, 'cleared'::text, 'gone'::text])))
);

ALTER TABLE ONLY diagnostics.code_episodes
    ADD CONSTRAINT code_episodes_pkey PRIMARY KEY (vehicle_id, ecu, code, first_seen_at);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE diagnostics.code_episodes TO servicelane_diagnostics;
