select last_recorded_at, last_received_at, clock_quality, values
from published.latest_state
where vehicle_id = %(vehicle_id)s
