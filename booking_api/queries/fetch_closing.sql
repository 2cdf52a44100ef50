select closed_on, done_items, causes from booking.bookings where booking_id = %(booking_id)s
