-- One row where the key is new or its answer has expired; a key that is in use makes this wait until it is settled.
insert into booking.idempotency_keys as known (subject, key, fingerprint, created_at)
values (%(subject)s, %(key)s, %(fingerprint)s, %(now)s)
on conflict (subject, key) do update
set fingerprint = excluded.fingerprint, answer = null, created_at = excluded.created_at
where known.created_at < %(expired_before)s
