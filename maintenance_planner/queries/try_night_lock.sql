-- Held by the session until it is given back, or ends with its process.
select pg_try_advisory_lock(hashtextextended('planner.night', 0)) as is_ours
