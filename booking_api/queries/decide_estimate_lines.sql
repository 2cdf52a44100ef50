update booking.estimate_lines
set decision = case when line = any(%(approved)s::smallint[]) then 'approved' else 'declined' end, decided_at = %(now)s
where booking_id = %(booking_id)s and decision is null
