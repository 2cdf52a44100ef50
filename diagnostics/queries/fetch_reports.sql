select vehicle_id, kind, subject, value, extract(epoch from told_at)::float8 as told_s, entry_ids
from diagnostics.workshop_reports
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id, told_at, isolation_id, kind, subject
