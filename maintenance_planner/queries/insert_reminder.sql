insert into planner.reminders (reminder_id, vehicle_id, owner_id, urgency, made_at, texts)
values (%(reminder_id)s, %(vehicle_id)s, %(owner_id)s, %(urgency)s, %(made_at)s, %(texts)s)
