-- These parts and what supersedes them, with what is free: on hand and not reserved.
with recursive chain as (
    select stock.workshop_id, stock.part, stock.on_hand, stock.lead_days, stock.superseded_by
    from booking.parts_stock as stock
    where stock.part = any(%(parts)s::text[])
      and (%(workshop_id)s::text is null or stock.workshop_id = %(workshop_id)s)
    union
    select later.workshop_id, later.part, later.on_hand, later.lead_days, later.superseded_by
    from chain
    join booking.parts_stock as later on later.workshop_id = chain.workshop_id and later.part = chain.superseded_by
)
select chain.workshop_id, chain.part, chain.lead_days, chain.superseded_by,
       (chain.on_hand - coalesce((
           select sum(kept.quantity) from booking.part_reservations as kept
           where kept.workshop_id = chain.workshop_id and kept.part = chain.part
             and kept.state = 'reserved' and kept.source = 'stock'
       ), 0))::double precision as free
from chain
order by chain.workshop_id, chain.part
