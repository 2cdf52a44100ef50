select vin, vehicle_id from published.vehicles where vin = any(%(vins)s)
