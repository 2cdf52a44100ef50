delete from vehicles.owners where owner_id = %(owner_id)s
