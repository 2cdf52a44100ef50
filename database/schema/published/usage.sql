-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.usage AS
 SELECT vehicle_id,
    usage,
    km_per_day,
    odometer_texts,
    plan_name,
    plan_version
   FROM planner.usage;

GRANT SELECT ON TABLE published.usage TO servicelane_reader;
