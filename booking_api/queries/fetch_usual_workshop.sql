-- Where the car's owner of today last had it, if anywhere.
select booking.workshop_id
from booking.bookings as booking
join published.vehicle_owners as owned using (vehicle_id, owner_id)
where booking.vehicle_id = %(vehicle_id)s and booking.ends_at <= %(now)s
  and booking.status not in ('held', 'expired', 'cancelled', 'missed')
order by booking.starts_at desc
limit 1
