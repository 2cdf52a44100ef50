delete from booking.idempotency_keys where created_at < %(expired_before)s
