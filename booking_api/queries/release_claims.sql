update booking.claims set state = 'released' where booking_id = %(booking_id)s and state <> 'released'
