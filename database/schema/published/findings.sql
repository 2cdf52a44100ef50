-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.findings AS
 SELECT finding_id,
    vehicle_id,
    kind,
    component,
    severity,
    found_at,
    onset_at,
    evidence,
    texts
   FROM diagnostics.findings
  WHERE (ended_at IS NULL);

GRANT SELECT ON TABLE published.findings TO servicelane_reader;
