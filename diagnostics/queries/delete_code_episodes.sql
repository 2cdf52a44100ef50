delete from diagnostics.code_episodes where vehicle_id = any(%(vehicle_ids)s)
