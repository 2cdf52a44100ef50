insert into planner.wear as known (vehicle_id, observed_at, observed)
values (%(vehicle_id)s, %(observed_at)s, %(observed)s)
on conflict (vehicle_id) do update
set observed_at = excluded.observed_at, observed = excluded.observed
where known is distinct from excluded
