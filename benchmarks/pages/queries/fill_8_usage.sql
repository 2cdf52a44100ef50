insert into planner.usage (vehicle_id, usage, km_per_day, odometer_texts, plan_name, plan_version)
select vehicle_id,
       '{"trips": 80, "distance_km": 3600.0, "mean_kmh": 44.0, "fuel_l_per_100km": null, "revolutions_per_km": null,
         "cold_start_share": 0.1, "short_share": 0.1, "cold_short_share": 0.1, "idle_share": 0.1, "towing_share": 0.1}',
       '{"likely": 41.0, "low": 20.0, "high": 70.0}', '[]', 'petrol', '1'
from vehicles.vehicles
