insert into planner.usage (vehicle_id, usage, odometer_texts, plan_name, plan_version)
select vehicle_id,
       jsonb_build_object(
           'trips', 180, 'distance_km', 3600, 'running_s', 324000, 'cold_start_share', 0.5, 'short_share', 0.2,
           'cold_short_share', 0.1, 'idle_share', case when vehicle_id %% 10 = 0 then 0.4 else 0.1 end, 'mean_kmh', 40,
           'fuel_l_per_100km', 6.5, 'revolutions_per_km', 2400, 'towing_share', 0),
       '[]', 'petrol', '2026.1'
from vehicles.vehicles
