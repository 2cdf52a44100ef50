-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE telemetry.aggregated_signals (
    signal text NOT NULL,
    group_name text NOT NULL,
    sum_bits smallint,
    CONSTRAINT aggregated_signals_sum_bits_check CHECK (((sum_bits >= 0) AND (sum_bits <= 30)))
);

ALTER TABLE ONLY telemetry.aggregated_signals
    ADD CONSTRAINT aggregated_signals_pkey PRIMARY KEY (signal);

GRANT SELECT ON TABLE telemetry.aggregated_signals TO servicelane_ingest;
