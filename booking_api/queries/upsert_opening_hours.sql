insert into booking.opening_hours (workshop_id, weekday, opens, closes)
values (%(workshop_id)s, %(weekday)s, %(opens)s::text::time, %(closes)s::text::time)
on conflict (workshop_id, weekday, opens) do update set closes = excluded.closes
