select booking_id from booking.bookings
where status = 'held' and hold_expires_at <= %(now)s and workshop_id = %(workshop_id)s
limit 1
