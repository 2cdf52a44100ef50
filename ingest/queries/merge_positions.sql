insert into telemetry.positions
select distinct on (vehicle_id, recorded_at) * from pg_temp.staging_positions
order by vehicle_id, recorded_at, boot_number desc, boot_id desc, sequence desc, frame desc
on conflict (vehicle_id, recorded_at) do update
set boot_number = excluded.boot_number, boot_id = excluded.boot_id, sequence = excluded.sequence,
    frame = excluded.frame, latitude_deg = excluded.latitude_deg, longitude_deg = excluded.longitude_deg,
    altitude_m = excluded.altitude_m
where (excluded.boot_number, excluded.boot_id, excluded.sequence, excluded.frame)
    > (positions.boot_number, positions.boot_id, positions.sequence, positions.frame)
