select vehicle_id, now_at, odometer_known, findings_digest, first_recorded_at, first_odometer_km
from planner.planned
where vehicle_id = any(%(vehicle_ids)s)
