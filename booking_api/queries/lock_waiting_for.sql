-- Who is next for a start that has become free, with the car; the longest waiting first.
select entry.entry_id, entry.workshop_id, entry.recommendation_ids, vehicle.vehicle_id, vehicle.vin, vehicle.make,
       vehicle.model, vehicle.model_year, vehicle.drivetrain, vehicle.in_service_on
from booking.waiting as entry
join published.vehicle_owners as owned using (vehicle_id, owner_id)
join published.vehicles as vehicle using (vehicle_id)
where entry.workshop_id = %(workshop_id)s and entry.booking_id is null and entry.ended_at is null
  and entry.from_at <= %(starts_at)s and entry.until_at > %(starts_at)s
order by entry.turn
limit 10
for update of entry skip locked
