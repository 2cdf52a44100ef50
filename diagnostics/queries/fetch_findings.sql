-- Findings that a car's items since an instant can still change; those of codes are judged apart.
select vehicle_id, finding_id, ended_at
from unnest(%(vehicle_ids)s::bigint[], %(since)s::timestamptz[]) as car (vehicle_id, since)
join diagnostics.findings using (vehicle_id)
where (ended_at is null or ended_at >= since) and kind <> all(%(code_kinds)s)
