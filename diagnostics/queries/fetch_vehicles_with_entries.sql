-- Cars with an open fault that has one of these symptoms.
select distinct vehicle_id
from diagnostics.isolations
where ended_at is null and entry_ids && %(entry_ids)s
order by vehicle_id
