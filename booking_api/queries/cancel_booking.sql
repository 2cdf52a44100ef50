update booking.bookings
set status = 'cancelled', version = version + 1, changed_at = now()
where booking_id = %(booking_id)s and status = 'booked'
