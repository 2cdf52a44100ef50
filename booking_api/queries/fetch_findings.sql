-- Of each car the worst first, no more than 500.
select found.vehicle_id, found.finding_id, found.kind, found.component, found.severity, found.found_at, found.onset_at,
       found.evidence, found.texts
from unnest(%(vehicle_ids)s::bigint[]) as asked (vehicle_id)
cross join lateral (
    select * from published.findings as known
    where known.vehicle_id = asked.vehicle_id
    order by known.severity desc, known.found_at desc, known.finding_id
    limit 500
) as found
order by found.severity desc, found.found_at desc, found.finding_id
