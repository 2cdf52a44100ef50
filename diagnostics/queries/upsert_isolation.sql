insert into diagnostics.isolations
    (isolation_id, vehicle_id, started_at, ended_at, severity, drive, entry_ids, symptoms, causes, tests, kit,
     labour_minutes, skills, owner_texts, drive_texts, results, confirmed_cause, inputs)
values (%(isolation_id)s, %(vehicle_id)s, %(started_at)s, %(ended_at)s, %(severity)s, %(drive)s, %(entry_ids)s, %(symptoms)s,
        %(causes)s, %(tests)s, %(kit)s, %(labour_minutes)s, %(skills)s, %(owner_texts)s, %(drive_texts)s, %(results)s,
        %(confirmed_cause)s, %(inputs)s)
on conflict (isolation_id) do update
set ended_at = excluded.ended_at, severity = excluded.severity, drive = excluded.drive, entry_ids = excluded.entry_ids,
    symptoms = excluded.symptoms, causes = excluded.causes, tests = excluded.tests, kit = excluded.kit,
    labour_minutes = excluded.labour_minutes, skills = excluded.skills, owner_texts = excluded.owner_texts,
    drive_texts = excluded.drive_texts, results = excluded.results, confirmed_cause = excluded.confirmed_cause,
    inputs = excluded.inputs
