insert into planner.nights (night_on, as_of_at, finished_at)
values (%(night_on)s, %(as_of_at)s, %(finished_at)s)
on conflict (night_on) do nothing
