-- Where one instant of one car has several versions, those that do not win are kept as evidence: staged ones, and the
-- shown one where a staged one is higher. A frame that is there already, shown or kept, changes nothing.
with taken as (
    select * from telemetry.samples
    where vehicle_id = %(vehicle_id)s and recorded_at between %(from_at)s and %(to_at)s
), rivals as (
    select staged.*
    from pg_temp.staging_samples as staged
    join taken as shown using (vehicle_id, recorded_at)
    where (shown.boot_id, shown.sequence, shown.frame) is distinct from (staged.boot_id, staged.sequence, staged.frame)
), versions as (
    select distinct on (vehicle_id, recorded_at, boot_id, sequence, frame) *
    from (
        select * from rivals
        union all
        select * from taken where recorded_at in (select recorded_at from rivals)
    ) as version
), ranked as (
    select version, row_number() over (
        partition by version.vehicle_id, version.recorded_at
        order by version.boot_number desc, version.boot_id desc, version.sequence desc, version.frame desc
    ) as place
    from versions as version
)
insert into telemetry.sample_collisions
    (vehicle_id, boot_id, sequence, frame, recorded_at, received_at, boot_number, signals)
select (version).vehicle_id, (version).boot_id, (version).sequence, (version).frame, (version).recorded_at,
       (version).received_at, (version).boot_number,
       jsonb_strip_nulls(to_jsonb(version) - array['vehicle_id', 'boot_id', 'sequence', 'frame', 'recorded_at',
                                                   'received_at', 'boot_number', 'stored_at'])
from ranked
where place > 1
on conflict (vehicle_id, boot_id, sequence, frame) do nothing
