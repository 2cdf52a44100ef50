select vehicle.vehicle_id, vehicle.vin, vehicle.model_id, vehicle.make, vehicle.model, vehicle.model_year,
       vehicle.drivetrain, vehicle.specification, vehicle.in_service_on
from published.vehicle_owners
join published.vehicles as vehicle using (vehicle_id)
where owner_id = %(owner_id)s
order by vehicle.vin
