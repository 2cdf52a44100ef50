insert into telemetry.dtc_reports
    (vehicle_id, boot_id, sequence, boot_number, recorded_at, received_at, clock_quality, ecu, complete, cleared,
     odometer_km, codes, system, scope, status_mask, lamps)
values (%(vehicle_id)s, %(boot_id)s, %(sequence)s, %(boot_number)s, %(recorded_at)s, %(received_at)s,
        %(clock_quality)s, %(ecu)s, %(complete)s, %(cleared)s, %(odometer_km)s, %(codes)s, %(system)s, %(scope)s,
        %(status_mask)s, %(lamps)s)
on conflict do nothing
