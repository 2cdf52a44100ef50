insert into diagnostics.trips (vehicle_id, started_at, ended_at, features)
select *
from unnest(%(vehicle_ids)s::bigint[], %(started_at)s::timestamptz[], %(ended_at)s::timestamptz[], %(features)b::text[]::jsonb[])
on conflict (vehicle_id, started_at) do update set ended_at = excluded.ended_at, features = excluded.features
