insert into diagnostics.parked_readings (vehicle_id, recorded_at, features)
select * from unnest(%(vehicle_ids)s::bigint[], %(recorded_at)s::timestamptz[], %(features)b::text[]::jsonb[])
on conflict (vehicle_id, recorded_at) do update set features = excluded.features
