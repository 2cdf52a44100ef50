select usage, km_per_day, odometer_texts, plan_name, plan_version from published.usage where vehicle_id = %(vehicle_id)s
