-- Two starts a day for a year.
insert into telemetry.events (
    vehicle_id, boot_id, sequence, boot_number, recorded_at, received_at, clock_quality, kind, details
)
select vehicle_id, '00000000-0000-4000-8000-000000000001', 1000000 + number, 1, at, at, 1, 'engine_start', '{}'
from vehicles.vehicles
cross join generate_series(0, 729) as number
cross join lateral (select %(now)s::timestamptz - number * interval '12 hours' as at) as instant
