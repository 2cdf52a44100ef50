-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.positions AS
 SELECT vehicle_id,
    recorded_at,
    latitude_deg,
    longitude_deg,
    altitude_m
   FROM telemetry.positions;

GRANT SELECT ON TABLE published.positions TO servicelane_data_export;
