insert into booking.bookings (
    booking_id, vehicle_id, owner_id, workshop_id, starts_at, ends_at, time_zone, status, hold_expires_at, made_at_desk,
    work, recommendation_ids, reasons, transport, adviser_id
) values (
    %(booking_id)s, %(vehicle_id)s, %(owner_id)s, %(workshop_id)s, %(starts_at)s, %(ends_at)s, %(time_zone)s, %(status)s,
    %(hold_expires_at)s, %(made_at_desk)s, %(work)s::text::jsonb, %(recommendation_ids)s, %(reasons)s::text::jsonb,
    %(transport)s, %(adviser_id)s
)
