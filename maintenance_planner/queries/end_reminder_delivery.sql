update planner.reminder_deliveries
set state = %(state)s, ended_at = %(now)s, detail = %(detail)s
where reminder_id = %(reminder_id)s and channel = %(channel)s and state = 'waiting'
