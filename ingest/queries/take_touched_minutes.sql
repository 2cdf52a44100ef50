-- What is due of minutes, longest due first, as far as not too many samples lie there (one day of a car at least).
with locked as (
    select vehicle_id, day_at, spans, due_at
    from telemetry.touched
    where step = 'minute' and due_at <= %(now)s
    order by due_at, vehicle_id, day_at
    limit %(days)s
    for update skip locked
), measured as (
    select locked.*, there.samples,
           sum(there.samples) over (order by due_at, vehicle_id, day_at) as samples_so_far
    from locked
    cross join lateral (
        select count(*) as samples
        from unnest(spans) as span
        join telemetry.samples as sample
            on sample.vehicle_id = locked.vehicle_id
            and sample.recorded_at >= lower(span) and sample.recorded_at < upper(span)
    ) as there
), taken as (
    delete from telemetry.touched
    using measured
    where touched.step = 'minute'
      and touched.vehicle_id = measured.vehicle_id
      and touched.day_at = measured.day_at
      and measured.samples_so_far - measured.samples < %(samples)s
    returning measured.vehicle_id, measured.spans
)
select vehicle_id, lower(span) as from_at, upper(span) as to_at
from taken
cross join lateral unnest(spans) as span
order by vehicle_id, from_at
