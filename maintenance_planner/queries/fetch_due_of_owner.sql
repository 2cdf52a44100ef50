-- For the owner's calendar: what has a date, in the order of the dates.
select one.recommendation_id, one.urgency, one.titles, one.reasons,
       coalesce(one.due_at, one.latest_safe_at) as due_at, coalesce(one.latest_safe_at, one.due_at) as safe_until,
       concat_ws(' ', vehicle.make, vehicle.model) as car
from planner.recommendations as one
join published.vehicle_owners as owned using (vehicle_id)
join published.vehicles as vehicle using (vehicle_id)
where owned.owner_id = %(owner_id)s and coalesce(one.due_at, one.latest_safe_at) is not null
order by due_at, one.recommendation_id
limit %(maximum)s
