update booking.bookings
set closed_on = %(closed_on)s, done_items = %(done_items)s, causes = %(causes)s::text::jsonb
where booking_id = %(booking_id)s
