select known.usage, known.km_per_day, known.odometer_texts, known.plan_name, known.plan_version, next.visits,
       next.guarantees, wear.predictions
from published.usage as known
join published.visits as next using (vehicle_id)
join published.predictions as wear using (vehicle_id)
where known.vehicle_id = %(vehicle_id)s
