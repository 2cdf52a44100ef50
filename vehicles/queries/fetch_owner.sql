select owner_id, display_name, contact, registered_at from vehicles.owners where owner_id = %(owner_id)s
