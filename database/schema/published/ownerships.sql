-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.ownerships AS
 SELECT vehicle_id,
    owner_id,
    since
   FROM vehicles.ownerships
  WHERE (until IS NULL);

GRANT SELECT ON TABLE published.ownerships TO servicelane_booking_api;
