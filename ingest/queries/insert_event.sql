insert into telemetry.events
    (vehicle_id, boot_id, sequence, boot_number, recorded_at, received_at, clock_quality, kind, odometer_km, details)
values (%(vehicle_id)s, %(boot_id)s, %(sequence)s, %(boot_number)s, %(recorded_at)s, %(received_at)s,
        %(clock_quality)s, %(kind)s, %(odometer_km)s, %(details)s)
on conflict do nothing
