-- What is due of one step, longest due first, and no more than so many seconds of telemetry (one day of a car at least).
with locked as (
    select vehicle_id, day_at, spans, due_at
    from telemetry.touched
    where step = %(step)s and due_at <= %(now)s
    order by due_at, vehicle_id, day_at
    limit 1000
    for update skip locked
), measured as (
    select locked.*, length.seconds,
           sum(length.seconds) over (order by due_at, vehicle_id, day_at) as seconds_so_far
    from locked
    cross join lateral (
        select sum(extract(epoch from upper(span) - lower(span))) as seconds from unnest(spans) as span
    ) as length
), taken as (
    delete from telemetry.touched
    using measured
    where touched.step = %(step)s
      and touched.vehicle_id = measured.vehicle_id
      and touched.day_at = measured.day_at
      and measured.seconds_so_far - measured.seconds < %(seconds)s
    returning measured.vehicle_id, measured.spans
)
select vehicle_id, lower(span) as from_at, upper(span) as to_at
from taken
cross join lateral unnest(spans) as span
order by vehicle_id, from_at
