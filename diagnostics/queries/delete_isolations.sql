delete from diagnostics.isolations
where isolation_id = any(%(isolation_ids)s)
