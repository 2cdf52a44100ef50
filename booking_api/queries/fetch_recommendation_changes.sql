-- Of one car, what was told of its recommendations, the latest first.
select recommendation_id, number, item, kind, changed_at, urgency, due_at, latest_safe_at, texts
from published.recommendation_changes
where vehicle_id = %(vehicle_id)s
order by changed_at desc, item, number desc
limit 500
