-- What was read of a car while it was this owner's, entries that stand for every car included; without an owner,
-- everything. The latest first.
select entry.access_id, entry.read_at, vehicle.vin, entry.reader, entry.role, entry.organisation_id, entry.action,
       entry.relation
from booking.access_log as entry
left join published.vehicles as vehicle using (vehicle_id)
where (%(vehicle_id)s::bigint is null or entry.vehicle_id = %(vehicle_id)s or entry.vehicle_id is null)
  and (%(owner_id)s::text is null or entry.owner_id = %(owner_id)s
       or (entry.vehicle_id is null and entry.read_at >= %(owned_since)s::date))
  and (%(before_id)s::bigint is null or entry.access_id < %(before_id)s)
order by entry.access_id desc
limit %(maximum)s
