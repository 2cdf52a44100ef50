-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.predictions AS
 SELECT vehicle_id,
    predictions
   FROM planner.usage;

GRANT SELECT ON TABLE published.predictions TO servicelane_reader;
