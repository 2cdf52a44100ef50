-- Of one visit, as they happened: who changes it holds its lock, so their numbers rise in that order.
select kind, occurred_at, data from booking.events where booking_id = %(booking_id)s order by event_id limit 500
