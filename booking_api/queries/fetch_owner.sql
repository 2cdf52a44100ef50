select owner_id from published.vehicle_owners where vehicle_id = %(vehicle_id)s
