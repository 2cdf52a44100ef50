-- Of each car those named, or all, no more than 500. The most urgent first.
select found.vehicle_id, found.recommendation_id, found.item, found.urgency, found.due_at, found.latest_safe_at, found.titles,
       found.reasons, found.operations, found.finding_ids, found.details
from unnest(%(vehicle_ids)s::bigint[]) as asked (vehicle_id)
cross join lateral (
    select known.*, more.details
    from published.recommendations as known
    join published.recommendation_details as more using (recommendation_id)
    where known.vehicle_id = asked.vehicle_id
      and (%(recommendation_ids)s::uuid[] is null or known.recommendation_id = any(%(recommendation_ids)s))
    order by known.urgency desc, known.due_at, known.item, known.recommendation_id
    limit 500
) as found
order by found.urgency desc, found.due_at, found.item, found.recommendation_id
