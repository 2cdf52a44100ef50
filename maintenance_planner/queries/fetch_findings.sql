-- Those that have ended too: what came back after a visit is told by them.
select vehicle_id, finding_id, kind, component, severity, found_at, texts, ended_at
from published.finding_history
where vehicle_id = any(%(vehicle_ids)s)
order by finding_id
