-- What is due of hours or days, longest due first.
with taken as (
    delete from telemetry.touched
    where (step, vehicle_id, day_at) in (
        select step, vehicle_id, day_at
        from telemetry.touched
        where step = %(step)s and due_at <= %(now)s
        order by due_at, vehicle_id, day_at
        limit %(days)s
        for update skip locked
    )
    returning vehicle_id, spans
)
select vehicle_id, lower(span) as from_at, upper(span) as to_at
from taken
cross join lateral unnest(spans) as span
order by vehicle_id, from_at
