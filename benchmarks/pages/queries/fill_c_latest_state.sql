insert into telemetry.latest_state (vehicle_id, last_recorded_at, last_received_at, clock_quality, signals)
select vehicle_id, %(now)s, %(now)s, 1, '{}' from vehicles.vehicles
