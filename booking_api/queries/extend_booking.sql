update booking.bookings
set ends_at = %(ends_at)s, version = version + 1, changed_at = %(now)s
where booking_id = %(booking_id)s
