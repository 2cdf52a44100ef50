delete from diagnostics.isolations
where vehicle_id = any(%(vehicle_ids)s) and not isolation_id = any(%(isolation_ids)s)
