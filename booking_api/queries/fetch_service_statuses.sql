select item, titles, state, remaining_km, remaining_days, due_at, due_earliest_at, due_latest_at, assumed, due_odometer_km,
       operations, last_on
from published.service_plan
where vehicle_id = %(vehicle_id)s
order by due_at nulls last, item
