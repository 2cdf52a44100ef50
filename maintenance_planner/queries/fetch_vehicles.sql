select vehicle_id, vin, model_id, drivetrain, in_service_on
from published.vehicles
where vin = any(%(vins)s)
order by vehicle_id
