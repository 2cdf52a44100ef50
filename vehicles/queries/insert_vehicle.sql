insert into vehicles.vehicles (vin, model_id, make, model, model_year, drivetrain, specification, in_service_on)
values (%(vin)s, %(model_id)s, %(make)s, %(model)s, %(model_year)s, %(drivetrain)s, %(specification)s, %(in_service_on)s)
returning vehicle_id
