-- Every part where none is named.
update telemetry.intake_stops
set resumed_at = now(), resumed_by = %(resumed_by)s, quiet_until = now() + make_interval(secs => %(quiet_seconds)s)
where resumed_at is null and part = coalesce(%(part)s::text, part)
