-- Confirmed causes of faults with these symptoms; without a list, of all.
select entry.entry_id, report.value as cause_id, vehicle.make || ' ' || vehicle.model as model, report.workshop_id,
       count(*)::integer as repairs
from diagnostics.workshop_reports as report
join published.vehicles as vehicle using (vehicle_id)
cross join unnest(report.entry_ids) as entry (entry_id)
where report.kind = 'cause'
  and (%(entry_ids)s::text[] is null or (report.entry_ids && %(entry_ids)s and entry.entry_id = any(%(entry_ids)s)))
group by 1, 2, 3, 4
order by 1, 2, 3, 4
