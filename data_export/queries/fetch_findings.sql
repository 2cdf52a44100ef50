-- Those that held at any moment of the period, ended ones included.
select finding_id, kind, component, severity, found_at, onset_at, ended_at,
       texts ->> 'en' as text_en, texts ->> 'zh' as text_zh, evidence
from published.finding_history
where vehicle_id = %(vehicle_id)s and found_at < %(to_at)s and (ended_at is null or ended_at >= %(from_at)s)
