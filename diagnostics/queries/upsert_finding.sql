insert into diagnostics.findings
    (finding_id, vehicle_id, kind, component, severity, found_at, onset_at, ended_at, evidence, texts)
values (%(finding_id)s, %(vehicle_id)s, %(kind)s, %(component)s, %(severity)s, %(found_at)s, %(onset_at)s, %(ended_at)s,
        %(evidence)s, %(texts)s)
on conflict (finding_id) do update
set onset_at = excluded.onset_at, ended_at = excluded.ended_at, evidence = excluded.evidence, texts = excluded.texts
