select pg_advisory_xact_lock(hashtextextended('booking/car/' || %(vehicle_id)s::bigint::text, 0))
