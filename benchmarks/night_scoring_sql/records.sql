insert into planner.service_records (vehicle_id, item, performed_on, odometer_km, source)
select vehicle_id, item, (%(as_of)s::timestamptz)::date - 200 - (vehicle_id %% 300)::integer, null, 'workshop'
from vehicles.vehicles
cross join unnest(array['engine_oil', 'brake_fluid', 'inspection']) as item
where vehicle_id %% 3 > 0 and (drivetrain <> 'electric' or item <> 'engine_oil')
