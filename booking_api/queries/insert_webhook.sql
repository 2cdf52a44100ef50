insert into booking.webhooks (webhook_id, organisation_id, side, url, secret, kinds, created_at)
values (%(webhook_id)s, %(organisation_id)s, %(side)s, %(url)s, %(secret)s, %(kinds)s, %(now)s)
