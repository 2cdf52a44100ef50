update booking.claims set state = %(state)s where booking_id = %(booking_id)s and state <> 'released'
