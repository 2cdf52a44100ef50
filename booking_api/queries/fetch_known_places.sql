-- Where the car's owner of today has had it, the place of the last visit first, and who received it there the last time.
select last.workshop_id, last.adviser_id
from (
    select distinct on (booking.workshop_id) booking.workshop_id, booking.adviser_id, booking.starts_at
    from booking.bookings as booking
    join published.vehicle_owners as owned using (vehicle_id, owner_id)
    where booking.vehicle_id = %(vehicle_id)s and booking.ends_at <= %(now)s
      and booking.status not in ('held', 'expired', 'cancelled', 'missed')
    order by booking.workshop_id, booking.starts_at desc
) as last
order by last.starts_at desc
