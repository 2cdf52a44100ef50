select vehicle_id, last_recorded_at, last_received_at, clock_quality
from telemetry.latest_state
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id
for update
