delete from planner.recommendations
where vehicle_id = %(vehicle_id)s and recommendation_id <> all(%(kept_ids)s::uuid[])
