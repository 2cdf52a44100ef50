-- Enough that one car can be planned after a finding as the worker does it.
insert into telemetry.samples
    (vehicle_id, recorded_at, received_at, boot_id, boot_number, sequence, frame, clock_quality, late, odometer_km)
select car.vehicle_id, at, at, '00000000-0000-4000-8000-000000000001', 1, number, 0, 1, false,
       20000 + (20 + car.vehicle_id %% 50) * 730 + number / 100.0
from (select vehicle_id from vehicles.vehicles order by vehicle_id limit 20) as car
cross join generate_series(0, 3600) as number
cross join lateral (
    select %(as_of)s::timestamptz - interval '17 hours' + number * interval '1 second' as at
) as instant
