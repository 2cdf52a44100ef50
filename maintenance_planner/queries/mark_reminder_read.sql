update planner.reminders set read_at = %(now)s
where reminder_id = %(reminder_id)s and owner_id = %(owner_id)s and read_at is null
