-- One visit, or those of a bay since an instant that is not long past. A visit that left the bay is not among them.
select booking.booking_id, booking.starts_at, booking.ends_at, booking.status, booking.version, booking.changed_at,
       workshop.name as workshop_name, workshop.address, workshop.city, vehicle.make, vehicle.model
from booking.bookings as booking
join booking.workshops as workshop using (workshop_id)
join published.vehicles as vehicle using (vehicle_id)
where (booking.booking_id = %(booking_id)s::uuid
       or (booking.ends_at > %(since)s and booking.status <> 'expired' and exists (
           select from booking.claims as claim
           where claim.booking_id = booking.booking_id and claim.resource_id = %(resource_id)s::bigint
             and tstzrange(booking.starts_at, booking.ends_at) && claim.during)))
order by booking.starts_at, booking.booking_id
limit 1000
