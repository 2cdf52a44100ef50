insert into booking.resources (workshop_id, kind, name, skills)
values (%(workshop_id)s, %(kind)s, %(name)s, %(skills)s)
on conflict (workshop_id, name) do update set kind = excluded.kind, skills = excluded.skills, active = true
