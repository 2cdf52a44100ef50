-- When the car will be somewhere, in minutes since 1970; one visit may be left out, as if it were not.
select floor(date_part('epoch', starts_at) / 60)::bigint as from_minute, ceil(date_part('epoch', ends_at) / 60)::bigint as until_minute
from booking.bookings
where vehicle_id = %(vehicle_id)s and guards_car and ends_at > %(now)s
  and status in ('held', 'booked', 'checked_in', 'inspecting', 'estimated', 'approved', 'repairing', 'ready')
  and (status <> 'held' or hold_expires_at > %(now)s)
  and booking_id is distinct from %(but_booking_id)s::uuid
order by starts_at
