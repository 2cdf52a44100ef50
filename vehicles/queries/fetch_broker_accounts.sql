select vehicle.vin, credential.password_hash
from vehicles.credentials as credential
join vehicles.vehicles as vehicle using (vehicle_id)
order by vehicle.vin
