update booking.deliveries set next_attempt_at = %(now)s, attempts = 0, delivered_at = null
where delivery_id = %(delivery_id)s and webhook_id = %(webhook_id)s
