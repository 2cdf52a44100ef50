-- Those that held at any moment of the period, ended ones included.
select asked.*
from unnest(%(vehicle_ids)s::bigint[]) as car(vehicle_id)
cross join lateral (
    select finding.vehicle_id, finding.finding_id, finding.kind, finding.component, finding.severity, finding.found_at,
           finding.onset_at, finding.ended_at, finding.texts ->> 'en' as text_en, finding.texts ->> 'zh' as text_zh,
           finding.evidence
    from published.finding_history as finding
    where finding.vehicle_id = car.vehicle_id and finding.found_at < %(to_at)s
      and (finding.ended_at is null or finding.ended_at >= %(from_at)s)
    order by finding.found_at, finding.finding_id
) as asked
