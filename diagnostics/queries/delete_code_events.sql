delete from diagnostics.code_events where vehicle_id = any(%(vehicle_ids)s)
