-- Trips within ten minutes of a span: samples of it may belong to them or join them.
select distinct vehicle_id, extract(epoch from started_at)::float8 as started_s,
       extract(epoch from ended_at)::float8 as ended_s, features::text as features
from unnest(%(vehicle_ids)s::bigint[], %(from_at)s::timestamptz[], %(to_at)s::timestamptz[])
    as span (vehicle_id, from_at, to_at)
join diagnostics.trips using (vehicle_id)
where started_at <= span.to_at + interval '11 minutes'
  and ended_at >= span.from_at - interval '11 minutes'
order by 1, 2
