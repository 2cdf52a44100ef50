-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.suppressed_codes AS
 SELECT vehicle_id,
    ecu,
    code,
    first_seen_at,
    ended_at,
    suppressed_by AS rule,
    suppression_reasons AS reasons,
    event_id
   FROM diagnostics.code_episodes
  WHERE (suppressed_by IS NOT NULL);

GRANT SELECT ON TABLE published.suppressed_codes TO servicelane_reader;
