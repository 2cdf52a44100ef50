insert into telemetry.samples
select distinct on (vehicle_id, recorded_at) * from pg_temp.staging_samples
where vehicle_id = %(vehicle_id)s and recorded_at between %(from_at)s and %(to_at)s
order by vehicle_id, recorded_at, boot_number desc, boot_id desc, sequence desc, frame desc
on conflict (vehicle_id, recorded_at) do nothing
