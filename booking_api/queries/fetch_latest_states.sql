select vehicle_id, last_recorded_at, last_received_at, clock_quality, values
from published.latest_state
where vehicle_id = any(%(vehicle_ids)s::bigint[])
