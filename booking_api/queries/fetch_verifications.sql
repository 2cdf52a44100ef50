select item, performed_on, state, texts
from published.verifications
where vehicle_id = %(vehicle_id)s
order by performed_on desc, item
limit 500
