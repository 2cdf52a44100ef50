-- The open faults of one car, the worst first; no row where the car is not enrolled, one of nulls where it has none.
select vehicle.vehicle_id, fault.isolation_id, fault.started_at, fault.severity, fault.drive, fault.symptoms, fault.causes,
       fault.tests, fault.kit, fault.labour_minutes, fault.skills, fault.owner_texts, fault.drive_texts, fault.results,
       fault.confirmed_cause
from published.vehicles as vehicle
left join published.isolations as fault using (vehicle_id)
where vehicle.vin = %(vin)s
order by fault.severity desc, fault.started_at, fault.isolation_id
