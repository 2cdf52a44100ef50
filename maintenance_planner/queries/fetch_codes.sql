select vehicle_id, code, confirmed_at, ended_at is null as is_open
from published.code_episodes
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id, code, first_seen_at
