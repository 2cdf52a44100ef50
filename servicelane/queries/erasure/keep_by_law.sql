insert into booking.kept_by_law (
    booking_id, owner_id, display_name, vin, workshop_id, starts_at, ends_at, work, erased_at, keep_until
)
select booking.booking_id, booking.owner_id, owner.display_name, vehicle.vin, booking.workshop_id, booking.starts_at,
       booking.ends_at, booking.work, %(now)s, (booking.ends_at + make_interval(years => %(years)s))::date
from booking.bookings as booking
join vehicles.owners as owner using (owner_id)
join vehicles.vehicles as vehicle using (vehicle_id)
where booking.owner_id = %(owner_id)s and booking.status not in ('held', 'expired', 'cancelled', 'missed')
  and booking.starts_at <= %(now)s
on conflict (booking_id) do nothing
