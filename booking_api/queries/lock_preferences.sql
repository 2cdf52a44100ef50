select pg_advisory_xact_lock(hashtextextended('booking/preferences/' || %(owner_id)s::text, 0))
