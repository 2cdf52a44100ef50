update booking.bookings
set status = %(status)s, version = version + 1, changed_at = %(now)s
where booking_id = %(booking_id)s
