-- Held until the migrator's connection closes.
select pg_advisory_lock(%(key)s)
