-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.drops AS
 SELECT vehicle_id,
    boot_id,
    sequence,
    "position",
    reason,
    priority,
    frames,
    from_recorded_at,
    to_recorded_at
   FROM telemetry.drops;

GRANT SELECT ON TABLE published.drops TO servicelane_reader;
