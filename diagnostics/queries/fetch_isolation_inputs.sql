select vehicle_id, array_agg(distinct inputs) as inputs
from diagnostics.isolations
where vehicle_id = any(%(vehicle_ids)s)
group by vehicle_id
