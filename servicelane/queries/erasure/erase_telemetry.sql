select telemetry.erase_of_car(%(vehicle_id)s, %(from_at)s, %(to_at)s) as erased
