-- What is undecided gives way to a newer estimate; what was decided stays.
delete from booking.estimate_lines where booking_id = %(booking_id)s and decision is null
