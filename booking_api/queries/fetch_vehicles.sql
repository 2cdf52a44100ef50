-- The cars that an owner may see, or one of them; without an owner, every car.
select vehicle.vehicle_id, vehicle.vin, vehicle.make, vehicle.model, vehicle.model_year, vehicle.drivetrain,
       vehicle.in_service_on
from published.vehicles as vehicle
where (%(owner_id)s::text is null or exists (
           select from published.vehicle_owners as owned
           where owned.vehicle_id = vehicle.vehicle_id and owned.owner_id = %(owner_id)s))
  and (%(vin)s::text is null or vehicle.vin = %(vin)s)
order by vehicle.vin
limit 1000
