-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.service_records AS
 SELECT vehicle_id,
    item,
    performed_on,
    odometer_km,
    source,
    note
   FROM planner.service_records;

GRANT SELECT ON TABLE published.service_records TO servicelane_reader;
