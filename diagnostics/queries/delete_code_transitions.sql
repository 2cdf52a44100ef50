delete from diagnostics.code_transitions where vehicle_id = any(%(vehicle_ids)s)
