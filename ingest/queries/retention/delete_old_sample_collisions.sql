delete from telemetry.sample_collisions
where (vehicle_id, boot_id, sequence, frame) in (
    select vehicle_id, boot_id, sequence, frame
    from telemetry.sample_collisions
    where recorded_at < %(before)s
    order by recorded_at
    limit %(maximum)s
)
