-- What is staged is settled against what is known: its signals replace those of the same name.
insert into telemetry.latest_state as known (vehicle_id, last_recorded_at, last_received_at, clock_quality, signals)
select vehicle_id, last_recorded_at, last_received_at, clock_quality, signals
from pg_temp.staging_latest
order by vehicle_id
on conflict (vehicle_id) do update
set last_recorded_at = excluded.last_recorded_at, last_received_at = excluded.last_received_at,
    clock_quality = excluded.clock_quality, signals = known.signals || excluded.signals
