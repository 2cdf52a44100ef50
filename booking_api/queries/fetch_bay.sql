select name from booking.resources where resource_id = %(resource_id)s and workshop_id = %(workshop_id)s and kind = 'bay'
