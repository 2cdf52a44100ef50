-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.isolations AS
 SELECT isolation_id,
    vehicle_id,
    started_at,
    severity,
    drive,
    entry_ids,
    symptoms,
    causes,
    tests,
    kit,
    labour_minutes,
    skills,
    owner_texts,
    drive_texts,
    results,
    confirmed_cause
   FROM diagnostics.isolations
  WHERE (ended_at IS NULL);

GRANT SELECT ON TABLE published.isolations TO servicelane_reader;
