-- The visit is done: what was reserved has left the stock.
with fitted as (
    update booking.part_reservations set state = 'fitted'
    where booking_id = %(booking_id)s and state = 'reserved'
    returning workshop_id, part, quantity, source
)
update booking.parts_stock as stock
set on_hand = greatest(0, stock.on_hand - gone.quantity)
from (select workshop_id, part, sum(quantity) as quantity from fitted where source = 'stock' group by workshop_id, part) as gone
where stock.workshop_id = gone.workshop_id and stock.part = gone.part
