select status, version from booking.bookings where booking_id = %(booking_id)s for update
