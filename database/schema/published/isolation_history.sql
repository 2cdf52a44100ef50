-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.isolation_history AS
 SELECT isolation_id,
    vehicle_id,
    started_at,
    ended_at,
    entry_ids,
    symptoms,
    results,
    confirmed_cause
   FROM diagnostics.isolations;

GRANT SELECT ON TABLE published.isolation_history TO servicelane_reader;
