-- One fault of the car, also one that is over; then no causes are ranked.
select fault.isolation_id, fault.vehicle_id, fault.started_at, fault.ended_at, fault.entry_ids,
       coalesce(lasting.causes, '[]'::jsonb) as causes
from published.isolation_history as fault
left join published.isolations as lasting using (isolation_id)
where fault.vehicle_id = %(vehicle_id)s and fault.isolation_id = %(isolation_id)s
