update booking.waiting set ended_at = %(now)s where entry_id = %(entry_id)s and ended_at is null and booking_id is null
