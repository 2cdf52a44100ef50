select fingerprint, answer from booking.idempotency_keys where subject = %(subject)s and key = %(key)s
