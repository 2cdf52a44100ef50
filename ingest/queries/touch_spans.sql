-- Adds spans to what waits for one step, cut at the days.
insert into telemetry.touched (step, vehicle_id, day_at, spans, due_at)
select %(step)s, vehicle_id, day_at,
       range_agg(tstzrange(greatest(from_at, day_at), least(to_at, day_at + interval '24 hours'))), %(due_at)s
from unnest(%(vehicle_ids)s::bigint[], %(from_ats)s::timestamptz[], %(to_ats)s::timestamptz[])
    as span (vehicle_id, from_at, to_at)
cross join lateral generate_series(
    date_bin('24 hours', from_at, 'epoch'), to_at - interval '1 microsecond', interval '24 hours'
) as day_at
group by vehicle_id, day_at
order by vehicle_id, day_at
on conflict (step, vehicle_id, day_at) do update
set spans = touched.spans + excluded.spans, due_at = least(touched.due_at, excluded.due_at),
    touched_at = clock_timestamp()
