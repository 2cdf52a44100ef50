update vehicles.ownerships set until = greatest(since, %(until)s) where vehicle_id = %(vehicle_id)s and until is null
