insert into booking.part_reservations (booking_id, workshop_id, part, quantity, source, ready_at, state)
values (%(booking_id)s, %(workshop_id)s, %(part)s, %(quantity)s, %(source)s, %(ready_at)s, 'reserved')
