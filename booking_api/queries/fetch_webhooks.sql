-- Of one organisation, those that have not ended, or one of them.
select webhook_id, url, kinds, created_at
from booking.webhooks
where organisation_id = %(organisation_id)s and side = %(side)s and ended_at is null
  and (%(webhook_id)s::uuid is null or webhook_id = %(webhook_id)s)
order by created_at, webhook_id
limit 100
