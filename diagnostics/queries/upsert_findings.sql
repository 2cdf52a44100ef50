insert into diagnostics.findings
    (finding_id, vehicle_id, kind, component, severity, found_at, onset_at, ended_at, evidence, texts)
select finding_id, vehicle_id, kind, component, severity, found_at, onset_at, ended_at, evidence, texts
from jsonb_to_recordset(%(findings)s::jsonb) as told (
    finding_id uuid, vehicle_id bigint, kind text, component text, severity smallint, found_at timestamptz,
    onset_at timestamptz, ended_at timestamptz, evidence jsonb, texts jsonb
)
on conflict (finding_id) do update
set onset_at = excluded.onset_at, ended_at = excluded.ended_at, evidence = excluded.evidence, texts = excluded.texts
