select vehicle_id, observed_at, observed from planner.wear where vehicle_id = any(%(vehicle_ids)s)
