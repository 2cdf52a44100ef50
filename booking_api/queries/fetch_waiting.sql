-- Of one car and its present owner, the latest first; or one of them.
select entry.entry_id, entry.workshop_id, entry.recommendation_ids, entry.from_at, entry.until_at, entry.created_at,
       entry.booking_id,
       case
           when entry.ended_at is not null then 'left'
           when entry.booking_id is null then case when entry.until_at <= %(now)s then 'over' else 'waiting' end
           when offered.status = 'held' then 'offered'
           when offered.status = 'expired' then 'passed'
           else 'taken'
       end as status
from booking.waiting as entry
join published.vehicle_owners as owned using (vehicle_id, owner_id)
left join booking.bookings as offered using (booking_id)
where entry.vehicle_id = %(vehicle_id)s
  and (%(entry_id)s::uuid is null or entry.entry_id = %(entry_id)s)
order by entry.turn desc
limit 100
