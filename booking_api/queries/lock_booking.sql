select status, version, hold_expires_at, workshop_id, starts_at, ends_at, time_zone
from booking.bookings
where booking_id = %(booking_id)s
for update
