-- Those that say something else than what is stored: a car's findings are derived anew with each of its reports, and a row
-- that is written again as it was costs as much as a new one.
with told as (
    select *
    from jsonb_to_recordset(%(findings)s::jsonb) as told (
        finding_id uuid, vehicle_id bigint, kind text, component text, severity smallint, found_at timestamptz,
        onset_at timestamptz, ended_at timestamptz, evidence jsonb, texts jsonb
    )
)
insert into diagnostics.findings
    (finding_id, vehicle_id, kind, component, severity, found_at, onset_at, ended_at, evidence, texts)
select told.finding_id, told.vehicle_id, told.kind, told.component, told.severity, told.found_at, told.onset_at,
       told.ended_at, told.evidence, told.texts
from told
left join diagnostics.findings as stored using (finding_id)
where stored.finding_id is null
   or (stored.onset_at, stored.ended_at, stored.evidence, stored.texts)
      is distinct from (told.onset_at, told.ended_at, told.evidence, told.texts)
on conflict (finding_id) do update
set onset_at = excluded.onset_at, ended_at = excluded.ended_at, evidence = excluded.evidence, texts = excluded.texts
