select since from published.ownerships where vehicle_id = %(vehicle_id)s and owner_id = %(owner_id)s
