select finding_id, found_at, ended_at
from diagnostics.findings
where vehicle_id = %(vehicle_id)s and found_at >= %(since)s
