-- What is due or recommended for every car, the most urgent first.
select vehicle.vin, due.recommendation_id, due.item, due.titles, due.reasons, due.urgency, coalesce(due.due_at, due.latest_safe_at) as due_at
from published.recommendations as due
join published.vehicles as vehicle using (vehicle_id)
order by due.urgency desc, due.due_at, vehicle.vin, due.item
