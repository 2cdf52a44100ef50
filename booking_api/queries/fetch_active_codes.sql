select ecu, code, status, first_seen_at, last_seen_at, confirmed_at, occurrences, mil, severity, titles, freeze_frame
from published.code_episodes
where vehicle_id = %(vehicle_id)s and status in ('pending', 'confirmed')
order by severity desc, first_seen_at, ecu, code
limit 500
