-- Those that are due, lent to whoever asks: what is not settled until `again_at` is due again.
update booking.deliveries as delivery
set attempts = delivery.attempts + 1, attempted_at = %(now)s, next_attempt_at = %(again_at)s
from (
    select delivery_id
    from booking.deliveries
    where next_attempt_at <= %(now)s
    order by next_attempt_at, delivery_id
    limit %(maximum)s
    for update skip locked
) as due, booking.webhooks as webhook, booking.events as event
where delivery.delivery_id = due.delivery_id
  and webhook.webhook_id = delivery.webhook_id
  and event.event_id = delivery.event_id
returning delivery.delivery_id, delivery.attempts, webhook.url, webhook.secret, event.event_id,
          event.transaction_id::text as transaction_id, event.kind, event.occurred_at, event.booking_id, event.workshop_id,
          event.data
