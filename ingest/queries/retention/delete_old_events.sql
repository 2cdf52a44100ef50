delete from telemetry.events
where (vehicle_id, boot_id, sequence) in (
    select vehicle_id, boot_id, sequence
    from telemetry.events
    where recorded_at < %(before)s
    order by recorded_at
    limit %(maximum)s
)
