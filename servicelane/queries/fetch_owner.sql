-- Who owns the car now.
select owned.owner_id
from published.vehicle_owners as owned
join published.vehicles as vehicle using (vehicle_id)
where vehicle.vin = %(vin)s
