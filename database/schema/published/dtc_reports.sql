-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.dtc_reports AS
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
    sequence
   FROM telemetry.dtc_reports;

GRANT SELECT ON TABLE published.dtc_reports TO servicelane_reader;
