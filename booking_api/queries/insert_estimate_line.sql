insert into booking.estimate_lines (booking_id, line, title, urgency, minutes, cost_eur, offered_at)
select %(booking_id)s::uuid, coalesce(max(line), 0) + 1, %(title)s, %(urgency)s, %(minutes)s, %(cost_eur)s::numeric, %(now)s
from booking.estimate_lines
where booking_id = %(booking_id)s
