-- The way of nearly every frame. What meets an instant that is taken stays in the staging.
with new as (
    insert into telemetry.samples select * from pg_temp.staging_samples
    on conflict (vehicle_id, recorded_at) do nothing
    returning vehicle_id, recorded_at, boot_id, sequence, frame
), moved as (
    delete from pg_temp.staging_samples as staged
    using new
    where (staged.vehicle_id, staged.recorded_at, staged.boot_id, staged.sequence, staged.frame)
        = (new.vehicle_id, new.recorded_at, new.boot_id, new.sequence, new.frame)
)
select count(*) as new from new
