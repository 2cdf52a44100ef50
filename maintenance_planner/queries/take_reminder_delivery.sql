-- The delivery that waits longest and that nobody else has in hand. Until `again_at` it is not taken again: who took it
-- says before then how it went, or has crashed.
with taken as (
    update planner.reminder_deliveries as delivery
    set attempts = delivery.attempts + 1, next_attempt_at = %(again_at)s
    from (
        select reminder_id, channel from planner.reminder_deliveries
        where state = 'waiting' and next_attempt_at <= %(now)s and channel = any(%(channels)s)
        order by next_attempt_at, reminder_id, channel
        limit 1
        for update skip locked
    ) as due
    where delivery.reminder_id = due.reminder_id and delivery.channel = due.channel
    returning delivery.reminder_id, delivery.channel, delivery.attempts
)
select taken.reminder_id, taken.channel, taken.attempts, one.owner_id, one.urgency, one.made_at, one.texts,
       vehicle.vin, contact.email,
       exists (
           select from planner.reminder_rungs as climbed
           join planner.recommendations as still using (recommendation_id)
           where climbed.reminder_id = taken.reminder_id
             and not exists (
                 select from published.bookings as visit
                 where visit.vehicle_id = one.vehicle_id and visit.ends_at > %(now)s
                   and visit.status not in ('held', 'cancelled', 'missed', 'expired')
                   and climbed.recommendation_id = any(visit.recommendation_ids)
             )
       ) and exists (
           select from published.vehicle_owners as owned
           where owned.vehicle_id = one.vehicle_id and owned.owner_id = one.owner_id
       ) as still_due
from taken
join planner.reminders as one using (reminder_id)
join published.vehicles as vehicle using (vehicle_id)
left join published.owner_contacts as contact using (owner_id)
