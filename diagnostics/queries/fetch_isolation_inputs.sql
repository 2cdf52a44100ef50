select vehicle_id, isolation_id, inputs
from diagnostics.isolations
where vehicle_id = any(%(vehicle_ids)s)
