-- Those that an owner may see, or one of them; without an owner, everybody's. The latest visit first.
select booking.booking_id, vehicle.vin, booking.workshop_id, workshop.name as workshop_name, booking.starts_at,
       booking.ends_at, booking.time_zone, booking.status, booking.version, booking.work, booking.recommendation_ids,
       booking.reasons
from booking.bookings as booking
join booking.workshops as workshop using (workshop_id)
join published.vehicles as vehicle using (vehicle_id)
where (%(owner_id)s::text is null or booking.owner_id = %(owner_id)s)
  and (%(booking_id)s::uuid is null or booking.booking_id = %(booking_id)s)
order by booking.starts_at desc, booking.booking_id
limit 500
