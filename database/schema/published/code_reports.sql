-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.code_reports AS
 SELECT vehicle_id,
    recorded_at,
    received_at,
    ecu,
    complete,
    cleared,
    codes,
    odometer_km,
    boot_id,
    boot_number,
    sequence,
    system,
    scope,
    status_mask,
    lamps
   FROM telemetry.dtc_reports;

GRANT SELECT ON TABLE published.code_reports TO servicelane_reader;
