insert into booking.calendar_addresses (digest, booking_id, resource_id, created_at)
values (%(digest)s, %(booking_id)s, %(resource_id)s, %(now)s)
