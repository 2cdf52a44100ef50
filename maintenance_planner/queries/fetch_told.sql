select distinct on (vehicle_id, recommendation_id)
       vehicle_id, recommendation_id, number, item, kind, urgency, due_at, latest_safe_at, basis
from planner.recommendation_changes
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id, recommendation_id, number desc
