-- Of one car: those named, or all. The most urgent first.
select known.recommendation_id, known.item, known.urgency, known.due_at, known.latest_safe_at, known.titles,
       known.reasons, known.operations, known.finding_ids, more.details
from published.recommendations as known
join published.recommendation_details as more using (recommendation_id)
where known.vehicle_id = %(vehicle_id)s
  and (%(recommendation_ids)s::uuid[] is null or known.recommendation_id = any(%(recommendation_ids)s))
order by known.urgency desc, known.due_at, known.item, known.recommendation_id
limit 500
