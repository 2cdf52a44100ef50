-- What is still to be delivered is given up.
with ended as (
    update booking.webhooks set ended_at = %(now)s where webhook_id = %(webhook_id)s and ended_at is null returning webhook_id
)
update booking.deliveries set next_attempt_at = null
where webhook_id in (select webhook_id from ended) and next_attempt_at is not null
