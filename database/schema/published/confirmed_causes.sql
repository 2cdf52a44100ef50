-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.confirmed_causes AS
 SELECT isolation_id,
    vehicle_id,
    value AS cause,
    workshop_id,
    told_at,
    entry_ids,
    shown
   FROM diagnostics.workshop_reports
  WHERE (kind = 'cause'::text);

GRANT SELECT ON TABLE published.confirmed_causes TO servicelane_reader;
