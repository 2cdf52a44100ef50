-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.bookings AS
 SELECT booking_id,
    vehicle_id,
    workshop_id,
    starts_at,
    ends_at,
    status,
    recommendation_ids
   FROM booking.bookings;

GRANT SELECT ON TABLE published.bookings TO servicelane_reader;
