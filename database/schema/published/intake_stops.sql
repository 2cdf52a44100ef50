-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.intake_stops AS
 SELECT stop_id,
    part,
    stopped_at,
    affected,
    heard,
    resumed_at,
    resumed_by,
    quiet_until
   FROM telemetry.intake_stops;

GRANT SELECT ON TABLE published.intake_stops TO servicelane_reader;
