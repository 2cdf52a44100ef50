-- Those that were there at any moment of the period.
select ecu, code, status, first_seen_at, last_seen_at, confirmed_at, healed_at, ended_at, occurrences, recurred, mil, severity,
       titles ->> 'en' as title_en, titles ->> 'zh' as title_zh, freeze_frame, transitions
from published.code_episodes
where vehicle_id = %(vehicle_id)s and first_seen_at < %(to_at)s
  and (ended_at is null or ended_at >= %(from_at)s)
