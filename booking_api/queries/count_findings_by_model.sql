-- What is found now, by model of car: how many cars have it, and how bad it is at its worst.
select vehicle.make, vehicle.model, finding.kind, count(distinct finding.vehicle_id) as cars,
       max(finding.severity) as severity
from published.findings as finding
join published.vehicles as vehicle using (vehicle_id)
group by vehicle.make, vehicle.model, finding.kind
order by severity desc, cars desc, vehicle.make, vehicle.model, finding.kind
limit %(maximum)s
