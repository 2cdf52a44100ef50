select kind, extract(epoch from started_at)::float8 as started_s, extract(epoch from complete_at)::float8 as at_s, details
from published.judged_items
where vehicle_id = %(vehicle_id)s
  and complete_at >= %(from_at)s
  and complete_at <= %(to_at)s
order by complete_at, kind
limit 5000
