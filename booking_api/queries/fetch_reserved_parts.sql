select booking_id, part, quantity::double precision as quantity, source, ready_at
from booking.part_reservations
where booking_id = any(%(booking_ids)s::uuid[]) and state = 'reserved'
order by booking_id, part
