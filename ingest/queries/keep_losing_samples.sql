-- Where one instant of one car has several versions, those that do not win are kept as evidence: staged ones, and the
-- shown one where a staged one is higher. A frame that is there already, shown or kept, changes nothing.
with rivals as (
    select staged.*
    from pg_temp.staging_samples as staged
    join telemetry.samples as shown using (vehicle_id, recorded_at)
    where (shown.boot_id, shown.sequence, shown.frame) is distinct from (staged.boot_id, staged.sequence, staged.frame)
), winners as (
    select distinct on (vehicle_id, recorded_at) vehicle_id, recorded_at, boot_number, boot_id, sequence, frame
    from (
        select vehicle_id, recorded_at, boot_number, boot_id, sequence, frame from rivals
        union all
        select vehicle_id, recorded_at, shown.boot_number, shown.boot_id, shown.sequence, shown.frame
        from telemetry.samples as shown
        where (vehicle_id, recorded_at) in (select vehicle_id, recorded_at from rivals)
    ) as version
    order by vehicle_id, recorded_at, boot_number desc, boot_id desc, sequence desc, frame desc
), losers as (
    select to_jsonb(rivals) as version from rivals
    union all
    select to_jsonb(shown) from telemetry.samples as shown
    where (shown.vehicle_id, shown.recorded_at) in (select vehicle_id, recorded_at from rivals)
)
insert into telemetry.sample_collisions
    (vehicle_id, boot_id, sequence, frame, recorded_at, received_at, boot_number, signals)
select loser.vehicle_id, loser.boot_id, loser.sequence, loser.frame, loser.recorded_at, loser.received_at,
       loser.boot_number,
       jsonb_strip_nulls(version - array['vehicle_id', 'boot_id', 'sequence', 'frame', 'recorded_at', 'received_at',
                                         'boot_number', 'stored_at'])
from losers
cross join lateral jsonb_populate_record(null::telemetry.samples, version) as loser
join winners using (vehicle_id, recorded_at)
where (loser.boot_id, loser.sequence, loser.frame)
    is distinct from (winners.boot_id, winners.sequence, winners.frame)
on conflict (vehicle_id, boot_id, sequence, frame) do nothing
