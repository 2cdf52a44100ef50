select known.recommendation_id, known.latest_safe_at, known.titles, more.details
from published.recommendations as known
join published.recommendation_details as more using (recommendation_id)
where known.recommendation_id = any(%(recommendation_ids)s::uuid[])
order by known.recommendation_id
