-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.recommendations AS
 SELECT recommendation_id,
    vehicle_id,
    item,
    urgency,
    due_at,
    latest_safe_at,
    titles,
    reasons,
    operations,
    finding_ids
   FROM planner.recommendations;

GRANT SELECT ON TABLE published.recommendations TO servicelane_reader;
