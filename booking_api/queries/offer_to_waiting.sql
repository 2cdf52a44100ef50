update booking.waiting set booking_id = %(booking_id)s where entry_id = %(entry_id)s
