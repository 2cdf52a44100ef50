-- What of each boot of a car has arrived, the newest boot first.
select continuity.*
from published.continuity as continuity
join published.vehicles as vehicle using (vehicle_id)
where vehicle.vin = %(vin)s
order by boot_number desc, last_received_at desc
limit %(maximum)s
