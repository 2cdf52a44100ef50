delete from telemetry.drops
where (vehicle_id, boot_id, sequence, position) in (
    select vehicle_id, boot_id, sequence, position
    from telemetry.drops
    where to_recorded_at < %(before)s
    order by to_recorded_at
    limit %(maximum)s
)
