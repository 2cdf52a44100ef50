-- The way of nearly every frame. What meets a row that exists is left for settle_collisions.
insert into telemetry.samples select * from pg_temp.staging_samples
on conflict (vehicle_id, recorded_at) do nothing
