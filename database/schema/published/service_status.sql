-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.service_status AS
 SELECT vehicle_id,
    item,
    titles,
    state,
    remaining_km,
    remaining_days,
    due_at,
    due_earliest_at,
    due_latest_at,
    assumed
   FROM planner.service_status;

GRANT SELECT ON TABLE published.service_status TO servicelane_reader;
