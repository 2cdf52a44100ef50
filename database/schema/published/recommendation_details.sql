-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.recommendation_details AS
 SELECT recommendation_id,
    vehicle_id,
    item,
    details
   FROM planner.recommendations;

GRANT SELECT ON TABLE published.recommendation_details TO servicelane_reader;
