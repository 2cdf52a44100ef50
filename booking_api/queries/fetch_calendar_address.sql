select booking_id, resource_id from booking.calendar_addresses where digest = %(digest)s and ended_at is null
