-- Of each car the worst first, no more than 100.
select found.isolation_id, found.vehicle_id, found.started_at, found.severity, found.drive, found.entry_ids, found.symptoms,
       found.causes, found.tests, found.kit, found.labour_minutes, found.skills, found.owner_texts, found.drive_texts,
       found.results, found.confirmed_cause
from unnest(%(vehicle_ids)s::bigint[]) as asked (vehicle_id)
cross join lateral (
    select * from published.isolations as known
    where known.vehicle_id = asked.vehicle_id
    order by known.severity desc, known.started_at, known.isolation_id
    limit 100
) as found
order by found.severity desc, found.started_at, found.isolation_id
