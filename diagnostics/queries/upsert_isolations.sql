insert into diagnostics.isolations
    (isolation_id, vehicle_id, started_at, ended_at, severity, drive, entry_ids, symptoms, causes, tests, kit,
     labour_minutes, skills, owner_texts, drive_texts, results, confirmed_cause, inputs)
select isolation_id, vehicle_id, started_at, ended_at, severity, drive, entry_ids, symptoms, causes, tests, kit,
       labour_minutes, skills, owner_texts, drive_texts, results, confirmed_cause, inputs
from jsonb_populate_recordset(null::diagnostics.isolations, %(isolations)s::jsonb)
on conflict (isolation_id) do update
set ended_at = excluded.ended_at, severity = excluded.severity, drive = excluded.drive, entry_ids = excluded.entry_ids,
    symptoms = excluded.symptoms, causes = excluded.causes, tests = excluded.tests, kit = excluded.kit,
    labour_minutes = excluded.labour_minutes, skills = excluded.skills, owner_texts = excluded.owner_texts,
    drive_texts = excluded.drive_texts, results = excluded.results, confirmed_cause = excluded.confirmed_cause,
    inputs = excluded.inputs
