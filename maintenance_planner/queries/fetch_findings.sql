select vehicle_id, finding_id, kind, component, severity, found_at, texts
from published.findings
where vehicle_id = any(%(vehicle_ids)s)
order by finding_id
