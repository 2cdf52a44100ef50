update booking.bookings
set workshop_id = %(workshop_id)s, starts_at = %(starts_at)s, ends_at = %(ends_at)s, time_zone = %(time_zone)s,
    reasons = %(reasons)s::text::jsonb, adviser_id = %(adviser_id)s, version = version + 1, changed_at = now()
where booking_id = %(booking_id)s
