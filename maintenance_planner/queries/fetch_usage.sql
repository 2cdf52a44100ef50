select vehicle_id, usage from planner.usage where vehicle_id = any(%(vehicle_ids)s)
