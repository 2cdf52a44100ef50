insert into booking.parts_stock (workshop_id, part, on_hand, lead_days, superseded_by)
values (%(workshop_id)s, %(part)s, %(on_hand)s, %(lead_days)s, %(superseded_by)s)
