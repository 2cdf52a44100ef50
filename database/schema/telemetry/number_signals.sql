-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.number_signals (
    signal_id smallint NOT NULL,
    name text NOT NULL,
    is_boolean boolean NOT NULL
);

ALTER TABLE ONLY telemetry.number_signals
    ADD CONSTRAINT number_signals_name_key UNIQUE (name);

ALTER TABLE ONLY telemetry.number_signals
    ADD CONSTRAINT number_signals_pkey PRIMARY KEY (signal_id);
