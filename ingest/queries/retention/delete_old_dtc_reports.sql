delete from telemetry.dtc_reports
where (vehicle_id, boot_id, sequence) in (
    select vehicle_id, boot_id, sequence
    from telemetry.dtc_reports
    where recorded_at < %(before)s
    order by recorded_at
    limit %(maximum)s
)
