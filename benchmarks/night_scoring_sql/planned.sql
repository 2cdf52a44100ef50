insert into planner.planned
    (vehicle_id, now_at, odometer_known, findings_digest, first_recorded_at, first_odometer_km, days_known)
select vehicle_id, %(as_of)s::timestamptz - interval '17 hours', true, 'made', %(as_of)s::timestamptz - interval '731 days',
       20000, true
from vehicles.vehicles
