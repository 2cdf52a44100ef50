select vehicle_id, vin, model_id, make, model, model_year, drivetrain, specification, in_service_on
from published.vehicles
where vin = %(vin)s
