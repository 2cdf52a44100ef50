-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.visits AS
 SELECT vehicle_id,
    visits,
    guarantees
   FROM planner.usage;

GRANT SELECT ON TABLE published.visits TO servicelane_reader;
