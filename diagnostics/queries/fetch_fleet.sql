-- The cars of one model.
select vehicle_id, vin, drivetrain, specification
from published.vehicles
where model_id = %(vehicle_model)s
order by vin
