-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.vehicles AS
 SELECT vehicle_id,
    vin,
    model_id,
    make,
    model,
    model_year,
    drivetrain,
    specification,
    in_service_on
   FROM vehicles.vehicles;

GRANT SELECT ON TABLE published.vehicles TO servicelane_reader;
