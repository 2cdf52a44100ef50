select vehicle_id, now_at, odometer_known, findings_digest, first_recorded_at, first_odometer_km, days_known, as_of_at
from planner.planned
where vehicle_id = any(%(vehicle_ids)s)
