update booking.consents
set withdrawn_at = %(now)s
where consent_id = %(consent_id)s and withdrawn_at is null
