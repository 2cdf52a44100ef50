insert into booking.closed_days (workshop_id, closed_on) values (%(workshop_id)s, %(closed_on)s)
on conflict do nothing
