insert into booking.access_log (
    read_at, vehicle_id, owner_id, reader, role, organisation_id, action, relation
)
select %(read_at)s, vehicle.vehicle_id, owned.owner_id, %(reader)s, %(role)s, %(organisation_id)s, %(action)s, 'any'
from published.vehicles as vehicle
left join published.vehicle_owners as owned using (vehicle_id)
where vehicle.vin = any(%(vins)s::text[])
