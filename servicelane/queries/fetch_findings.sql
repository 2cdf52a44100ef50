-- Every finding with its car, those that are over included, oldest first.
select vehicle.vin, finding.kind, finding.component, finding.severity, finding.found_at, finding.onset_at, finding.texts
from published.finding_history as finding
join published.vehicles as vehicle using (vehicle_id)
order by finding.found_at, finding.finding_id
