-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.aggregated_signals AS
 SELECT signal,
    group_name,
    (sum_bits IS NULL) AS is_total
   FROM telemetry.aggregated_signals;

GRANT SELECT ON TABLE published.aggregated_signals TO servicelane_reader;
