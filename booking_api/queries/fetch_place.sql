select workshop_id, starts_at, time_zone from booking.bookings where booking_id = %(booking_id)s
