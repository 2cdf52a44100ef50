select version from booking.workshops where workshop_id = %(workshop_id)s for update
