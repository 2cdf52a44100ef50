delete from planner.recommendations
where vehicle_id = any(%(vehicle_ids)s) and recommendation_id <> all(%(kept_ids)s::uuid[])
