delete from planner.calendar_addresses where owner_id = %(owner_id)s
