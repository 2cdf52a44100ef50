insert into telemetry.latest_state (vehicle_id, last_recorded_at, last_received_at, clock_quality, signals)
values (%(vehicle_id)s, %(last_recorded_at)s, %(last_received_at)s, %(clock_quality)s, %(signals)s)
on conflict (vehicle_id) do update
set last_recorded_at = excluded.last_recorded_at, last_received_at = excluded.last_received_at,
    clock_quality = excluded.clock_quality, signals = excluded.signals
