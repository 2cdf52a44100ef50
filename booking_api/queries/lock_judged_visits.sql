-- Closed visits of which telemetry says more than is written at them: something came back, or all that is watched holds.
with judged as (
    select booking.booking_id, bool_or(watched.state = 'came_back') as came_back, bool_and(watched.state = 'verified') as verified
    from booking.bookings as booking
    join published.verifications as watched
        on watched.vehicle_id = booking.vehicle_id and watched.performed_on = booking.closed_on
        and watched.item = any(booking.done_items)
    where booking.status in ('closed', 'verified')
    group by booking.booking_id
)
select booking.booking_id, booking.status, case when judged.came_back then 'come_back' else 'verify' end as step
from booking.bookings as booking
join judged using (booking_id)
where (judged.came_back and booking.status in ('closed', 'verified')) or (judged.verified and booking.status = 'closed')
order by booking.booking_id
limit 100
for update of booking skip locked
