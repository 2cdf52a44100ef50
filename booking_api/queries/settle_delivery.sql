update booking.deliveries
set delivered_at = %(delivered_at)s, next_attempt_at = %(next_attempt_at)s, last_status = %(last_status)s,
    last_problem = %(last_problem)s
where delivery_id = %(delivery_id)s
