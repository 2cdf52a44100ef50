-- One finding, also one that is over, of one car or of whichever has it.
select finding.vehicle_id, vehicle.vin, finding_id, kind, component, severity, found_at, onset_at, ended_at, evidence, texts
from published.finding_history as finding
join published.vehicles as vehicle using (vehicle_id)
where finding_id = %(finding_id)s
  and (finding.vehicle_id = %(vehicle_id)s or %(vehicle_id)s::bigint is null)
