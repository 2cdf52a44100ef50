-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.verifications AS
 SELECT vehicle_id,
    item,
    performed_on,
    state,
    texts
   FROM planner.verifications;

GRANT SELECT ON TABLE published.verifications TO servicelane_reader;
