-- In the order of the resources, so that two bookings never wait for each other crosswise.
insert into booking.claims (resource_id, booking_id, during, state)
select wanted.resource_id, %(booking_id)s::uuid, tstzrange(%(from_at)s::timestamptz, %(until_at)s::timestamptz),
       %(state)s
from unnest(%(resource_ids)s::bigint[]) as wanted (resource_id)
order by wanted.resource_id
