insert into booking.erasure_requests as known (owner_id, requested_at)
values (%(owner_id)s, %(now)s)
on conflict (owner_id) do update set requested_at = known.requested_at
returning requested_at
