-- Holds that have ended and that nobody is confirming at this moment, of one workshop or of all.
select booking_id
from booking.bookings
where status = 'held' and hold_expires_at <= %(now)s
  and (%(workshop_id)s::text is null or workshop_id = %(workshop_id)s)
order by hold_expires_at, booking_id
limit 100
for update skip locked
