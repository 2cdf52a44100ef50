update booking.calendar_addresses
set ended_at = %(now)s
where ended_at is null and (booking_id = %(booking_id)s::uuid or resource_id = %(resource_id)s::bigint)
