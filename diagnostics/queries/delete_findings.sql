delete from diagnostics.findings where finding_id = any(%(finding_ids)s)
