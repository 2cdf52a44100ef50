-- Of one car: those named, or all. The most urgent first.
select recommendation_id, item, urgency, due_at, latest_safe_at, titles, reasons, operations, finding_ids
from published.recommendations
where vehicle_id = %(vehicle_id)s
  and (%(recommendation_ids)s::uuid[] is null or recommendation_id = any(%(recommendation_ids)s))
order by urgency desc, due_at, item, recommendation_id
limit 500
