insert into telemetry.samples
select distinct on (vehicle_id, recorded_at) * from pg_temp.staging_samples
order by vehicle_id, recorded_at, boot_number desc, boot_id desc, sequence desc, frame desc
on conflict (vehicle_id, recorded_at) do nothing
