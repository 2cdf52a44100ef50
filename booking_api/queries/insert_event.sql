-- Of a visit as it stands now, in the transaction of the change, with a delivery for each webhook that asks for it. A
-- workshop is not told of what an owner only holds.
with told as (
    insert into booking.events (occurred_at, kind, booking_id, vehicle_id, owner_id, workshop_id, data)
    select %(now)s, %(kind)s, booking_id, vehicle_id, owner_id, workshop_id,
           jsonb_build_object('status', status, 'version', version, 'starts_at', starts_at, 'ends_at', ends_at)
    from booking.bookings
    where booking_id = %(booking_id)s
    returning event_id, kind, booking_id, workshop_id, owner_id
)
insert into booking.deliveries (webhook_id, event_id, next_attempt_at)
select webhook.webhook_id, told.event_id, %(now)s
from told
join booking.bookings as booking using (booking_id)
join booking.webhooks as webhook
    on webhook.ended_at is null
    and (webhook.kinds = '{}' or told.kind = any(webhook.kinds))
    and case webhook.side
            when 'workshop' then webhook.organisation_id = told.workshop_id
                and (booking.made_at_desk or told.kind not in ('visit.held', 'visit.expired', 'visit.offered'))
            else webhook.organisation_id = told.owner_id
        end
