select isolation_id, vehicle_id, started_at, severity, drive, entry_ids, symptoms, causes, tests, kit, labour_minutes, skills,
       owner_texts, drive_texts, results, confirmed_cause
from published.isolations
where vehicle_id = %(vehicle_id)s
order by severity desc, started_at, isolation_id
limit 100
