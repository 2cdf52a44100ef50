delete from planner.service_status where vehicle_id = %(vehicle_id)s and item <> all(%(kept_items)s::text[])
