-- Seven days with an hour's drive each, a sample every so many seconds.
insert into telemetry.samples (
    vehicle_id, recorded_at, received_at, boot_id, boot_number, sequence, frame, clock_quality, late, odometer_km,
    vehicle_speed_kmh, coolant_temperature_c, system_voltage_v, rest_voltage_v
)
select vehicle_id, at, at, '00000000-0000-4000-8000-000000000001', 1, day * 3600 + second, 0, 1, false, 50000 + second / 100.0,
       50, 90, 14.1, 12.4
from vehicles.vehicles
cross join generate_series(0, 6) as day
cross join generate_series(1, 3600, %(sample_seconds)s::integer) as second
cross join lateral (
    select date_trunc('hour', %(now)s::timestamptz) - day * interval '1 day' - interval '3 hours' + second * interval '1 second' as at
) as instant
