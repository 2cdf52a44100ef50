-- By as much as the visit; the buffers after it move along.
update booking.claims
set during = tstzrange(lower(during), upper(during) + %(by)s::interval)
where booking_id = %(booking_id)s and state <> 'released'
