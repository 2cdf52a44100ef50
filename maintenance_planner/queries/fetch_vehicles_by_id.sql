select vehicle_id, vin, model_id, drivetrain, in_service_on
from published.vehicles
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id
