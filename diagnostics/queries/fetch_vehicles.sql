select vehicle_id, vin, drivetrain, specification
from published.vehicles
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id
