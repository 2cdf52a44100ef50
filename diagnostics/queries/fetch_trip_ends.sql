-- When cars last told, within these spans, that a trip was over.
select event.vehicle_id, extract(epoch from max(event.recorded_at))::float8 as over_s
from unnest(%(vehicle_ids)s::bigint[], %(from_at)s::timestamptz[], %(to_at)s::timestamptz[])
    as span (vehicle_id, from_at, to_at)
join published.events as event using (vehicle_id)
where event.recorded_at >= span.from_at
  and event.recorded_at < span.to_at
  and event.kind = 'trip_summary'
group by event.vehicle_id
