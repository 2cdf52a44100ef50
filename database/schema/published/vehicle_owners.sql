-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.vehicle_owners AS
 SELECT vehicle_id,
    owner_id
   FROM vehicles.ownerships
  WHERE (until IS NULL);

GRANT SELECT ON TABLE published.vehicle_owners TO servicelane_vehicles;
GRANT SELECT ON TABLE published.vehicle_owners TO servicelane_booking_api;
GRANT SELECT ON TABLE published.vehicle_owners TO servicelane_maintenance_planner;
