select 1 as found from published.vehicles where vin = %(vin)s
