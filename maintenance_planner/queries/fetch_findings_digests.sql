-- Of each of these cars the same for the same findings: cheaper to compare than to fetch them, which seldom differ.
select vehicle_id,
       encode(sha256(convert_to(coalesce(string_agg(told, ',' order by finding_id), ''), 'UTF8')), 'hex') as digest
from unnest(%(vehicle_ids)s::bigint[]) as car (vehicle_id)
left join lateral (
    select finding_id,
           row(finding_id, kind, component, severity, extract(epoch from found_at), extract(epoch from ended_at),
               texts)::text as told
    from published.finding_history as finding
    where finding.vehicle_id = car.vehicle_id
) as finding on true
group by vehicle_id
