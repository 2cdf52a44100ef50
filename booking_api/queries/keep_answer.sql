update booking.idempotency_keys set answer = %(answer)s::text::jsonb where subject = %(subject)s and key = %(key)s
