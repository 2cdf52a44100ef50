-- What has been derived of cars, each since an instant of its own.
select vehicle_id, 'trip' as kind, extract(epoch from started_at)::float8 as started_s,
       extract(epoch from ended_at)::float8 as at_s, features::text as told
from unnest(%(vehicle_ids)s::bigint[], %(since)s::timestamptz[]) as car (vehicle_id, since)
join diagnostics.trips using (vehicle_id)
where ended_at >= since
union all
select vehicle_id, 'parked', null, extract(epoch from recorded_at)::float8, features::text
from unnest(%(vehicle_ids)s::bigint[], %(since)s::timestamptz[]) as car (vehicle_id, since)
join diagnostics.parked_readings using (vehicle_id)
where recorded_at >= since
union all
select vehicle_id, kind, null, extract(epoch from recorded_at)::float8, details::text
from unnest(%(vehicle_ids)s::bigint[], %(since)s::timestamptz[]) as car (vehicle_id, since)
join diagnostics.moments using (vehicle_id)
where recorded_at >= since
