-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.finding_history AS
 SELECT finding_id,
    vehicle_id,
    kind,
    component,
    severity,
    found_at,
    onset_at,
    ended_at,
    evidence,
    texts
   FROM diagnostics.findings;

GRANT SELECT ON TABLE published.finding_history TO servicelane_reader;
