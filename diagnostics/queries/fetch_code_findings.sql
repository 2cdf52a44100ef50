select vehicle_id, finding_id, ended_at
from diagnostics.findings
where vehicle_id = any(%(vehicle_ids)s) and kind = any(%(code_kinds)s)
