-- Written by one alone: the other waits here until the first has committed, and then writes nothing.
insert into planner.reminder_rungs (recommendation_id, owner_id, rung, reminder_id)
values (%(recommendation_id)s, %(owner_id)s, %(rung)s, %(reminder_id)s)
on conflict do nothing
