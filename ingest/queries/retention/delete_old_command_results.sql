delete from telemetry.command_results
where (vehicle_id, boot_id, sequence) in (
    select vehicle_id, boot_id, sequence
    from telemetry.command_results
    where recorded_at < %(before)s
    order by recorded_at
    limit %(maximum)s
)
