select distinct on (item) item, performed_on, odometer_km
from planner.service_records
where vehicle_id = %(vehicle_id)s
order by item, performed_on desc
