update planner.reminder_deliveries
set next_attempt_at = %(next_attempt_at)s, detail = %(detail)s, attempts = %(attempts)s
where reminder_id = %(reminder_id)s and channel = %(channel)s and state = 'waiting'
