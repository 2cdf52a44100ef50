select finding_id, kind, component, severity, found_at, onset_at, evidence, texts
from published.findings
where vehicle_id = %(vehicle_id)s
order by severity desc, found_at desc, finding_id
limit 500
