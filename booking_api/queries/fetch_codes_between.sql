select code, titles, first_seen_at, confirmed_at, healed_at, ended_at
from published.code_episodes
where vehicle_id = %(vehicle_id)s
  and first_seen_at <= %(to_at)s
  and coalesce(ended_at, healed_at, 'infinity') >= %(from_at)s
order by (code = %(component)s) desc, severity desc, first_seen_at, ecu, code
limit 6
