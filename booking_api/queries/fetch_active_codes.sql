-- Of each car the worst first, no more than 500.
select found.vehicle_id, found.ecu, found.code, found.status, found.first_seen_at, found.last_seen_at, found.confirmed_at,
       found.occurrences, found.mil, found.severity, found.titles, found.freeze_frame
from unnest(%(vehicle_ids)s::bigint[]) as asked (vehicle_id)
cross join lateral (
    select * from published.code_episodes as known
    where known.vehicle_id = asked.vehicle_id and known.status in ('pending', 'confirmed')
    order by known.severity desc, known.first_seen_at, known.ecu, known.code
    limit 500
) as found
order by found.severity desc, found.first_seen_at, found.ecu, found.code
