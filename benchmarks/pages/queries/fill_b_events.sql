-- Four of each visit.
insert into booking.events (occurred_at, kind, booking_id, vehicle_id, owner_id, workshop_id, data)
select starts_at, kind, booking_id, vehicle_id, owner_id, workshop_id,
       jsonb_build_object('status', status, 'version', 1, 'starts_at', starts_at, 'ends_at', ends_at)
from booking.bookings,
     unnest(array['visit.booked', 'visit.checked_in', 'visit.ready', 'visit.closed']) as kind
