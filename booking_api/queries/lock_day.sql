-- Whoever books at this workshop on this local day waits here, in a queue, instead of in a deadlock at the claims.
select pg_advisory_xact_lock(hashtextextended('booking/' || %(workshop_id)s::text || '/' || %(on)s::text, 0))
