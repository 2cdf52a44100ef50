insert into planner.wear (vehicle_id, observed_at, observed)
select vehicle_id, %(as_of)s::timestamptz - interval '1 day', %(observed)s::jsonb -> drivetrain
from vehicles.vehicles
