select owner_id from booking.erasure_requests order by requested_at, owner_id
