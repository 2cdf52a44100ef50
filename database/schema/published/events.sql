-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.events AS
 SELECT vehicle_id,
    recorded_at,
    received_at,
    kind,
    details,
    odometer_km,
    boot_id,
    boot_number,
    sequence
   FROM telemetry.events;

GRANT SELECT ON TABLE published.events TO servicelane_reader;
