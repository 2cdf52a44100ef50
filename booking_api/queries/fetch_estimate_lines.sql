select line, title, urgency, minutes, cost_eur::float8 as cost_eur, offered_at, decision, decided_at
from booking.estimate_lines
where booking_id = %(booking_id)s
order by line
