update booking.part_reservations set state = 'released' where booking_id = %(booking_id)s and state = 'reserved'
