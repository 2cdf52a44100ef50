delete from diagnostics.code_episodes where vehicle_id = %(vehicle_id)s
