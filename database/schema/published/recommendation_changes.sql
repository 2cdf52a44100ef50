-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.recommendation_changes AS
 SELECT recommendation_id,
    number,
    vehicle_id,
    item,
    kind,
    changed_at,
    urgency,
    due_at,
    latest_safe_at,
    texts
   FROM planner.recommendation_changes;

GRANT SELECT ON TABLE published.recommendation_changes TO servicelane_reader;
