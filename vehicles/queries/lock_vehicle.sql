select vehicle_id from vehicles.vehicles where vin = %(vin)s for update
