-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.redrives AS
 SELECT quarantine_id,
    topic,
    content_type,
    attempts,
    last_attempt_at,
    redriven_at,
    outcome,
    redriven_by,
    clock_offset_ms
   FROM telemetry.quarantine;

GRANT SELECT ON TABLE published.redrives TO servicelane_reader;
