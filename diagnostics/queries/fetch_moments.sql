-- Events that detectors judge. Of two of a kind at one instant the last one here counts.
select distinct vehicle_id, kind, extract(epoch from recorded_at)::float8 as at_s, details::text as details, boot_number,
       boot_id, sequence
from unnest(%(vehicle_ids)s::bigint[], %(from_at)s::timestamptz[], %(to_at)s::timestamptz[])
    as span (vehicle_id, from_at, to_at)
join published.events as event using (vehicle_id)
where event.recorded_at >= span.from_at
  and event.recorded_at < span.to_at
  and event.kind = any(%(kinds)s)
order by boot_number, boot_id, sequence
