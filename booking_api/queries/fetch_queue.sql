-- Who waits for a time at this workshop, the longest waiting first.
select entry.entry_id, entry.from_at, entry.until_at, entry.created_at, vehicle.make, vehicle.model
from booking.waiting as entry
join published.vehicle_owners as owned using (vehicle_id, owner_id)
join published.vehicles as vehicle using (vehicle_id)
where entry.workshop_id = %(workshop_id)s and entry.booking_id is null and entry.ended_at is null
  and entry.until_at > %(now)s
order by entry.turn
limit 100
