-- The latest first.
select delivery.delivery_id, event.kind, event.booking_id, event.occurred_at, delivery.attempts, delivery.attempted_at,
       delivery.next_attempt_at, delivery.delivered_at, delivery.last_status, delivery.last_problem
from booking.deliveries as delivery
join booking.events as event using (event_id)
where delivery.webhook_id = %(webhook_id)s
  and (%(before_id)s::bigint is null or delivery.delivery_id < %(before_id)s)
  and (%(delivery_id)s::bigint is null or delivery.delivery_id = %(delivery_id)s)
order by delivery.delivery_id desc
limit %(maximum)s
