-- Always in the order of the list, which is sorted: two planners never wait for one another in a circle.
select pg_advisory_xact_lock(hashtextextended('planner.vehicle/' || vehicle_id, 0))
from unnest(%(vehicle_ids)s::bigint[]) as vehicle_id
