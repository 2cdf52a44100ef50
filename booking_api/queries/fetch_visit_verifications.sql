-- What telemetry says of the work of one visit.
select watched.item, watched.state, watched.texts
from booking.bookings as booking
join published.verifications as watched
    on watched.vehicle_id = booking.vehicle_id and watched.performed_on = booking.closed_on
    and watched.item = any(booking.done_items)
where booking.booking_id = %(booking_id)s
order by watched.item
