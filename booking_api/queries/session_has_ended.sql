select 1 from booking.ended_sessions where session_id = %(session_id)s
