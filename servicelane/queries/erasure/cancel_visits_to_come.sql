with cancelled as (
    update booking.bookings
    set status = 'cancelled', version = version + 1, changed_at = now()
    where owner_id = %(owner_id)s and status in ('held', 'booked') and starts_at > %(now)s
    returning booking_id
), given_back as (
    update booking.part_reservations set state = 'released'
    where booking_id in (select booking_id from cancelled) and state = 'reserved'
)
update booking.claims set state = 'released' where booking_id in (select booking_id from cancelled)
