-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.judged_items AS
 SELECT trips.vehicle_id,
    'trip'::text AS kind,
    trips.started_at,
    trips.ended_at AS complete_at,
    trips.features AS details
   FROM diagnostics.trips
UNION ALL
 SELECT parked_readings.vehicle_id,
    'parked'::text AS kind,
    parked_readings.recorded_at AS started_at,
    parked_readings.recorded_at AS complete_at,
    parked_readings.features AS details
   FROM diagnostics.parked_readings
UNION ALL
 SELECT moments.vehicle_id,
    moments.kind,
    moments.recorded_at AS started_at,
    moments.recorded_at AS complete_at,
    moments.details
   FROM diagnostics.moments;

GRANT SELECT ON TABLE published.judged_items TO servicelane_reader;
