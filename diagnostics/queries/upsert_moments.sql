insert into diagnostics.moments (vehicle_id, kind, recorded_at, details)
select * from unnest(%(vehicle_ids)s::bigint[], %(kinds)s::text[], %(recorded_at)s::timestamptz[], %(details)b::text[]::jsonb[])
on conflict (vehicle_id, recorded_at, kind) do update set details = excluded.details
