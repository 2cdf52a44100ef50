insert into planner.reminder_deliveries (reminder_id, channel, state, next_attempt_at)
values (%(reminder_id)s, %(channel)s, 'waiting', %(next_attempt_at)s)
