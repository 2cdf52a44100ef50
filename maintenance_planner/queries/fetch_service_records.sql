-- The newest record of each item first.
select vehicle_id, item, performed_on, odometer_km, source
from planner.service_records
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id, performed_on desc, item
