-- Whoever reserves parts of this workshop waits here: two visits on different days may want the same last one.
select pg_advisory_xact_lock(hashtextextended('booking/parts/' || %(workshop_id)s::text, 0))
