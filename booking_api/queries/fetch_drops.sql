-- What a car reports to have given up, the latest first.
select dropped.boot_id, dropped.sequence, dropped.reason, dropped.priority, dropped.frames, dropped.from_recorded_at,
       dropped.to_recorded_at
from published.drops as dropped
join published.vehicles as vehicle using (vehicle_id)
where vehicle.vin = %(vin)s
order by dropped.to_recorded_at desc nulls last, dropped.sequence desc
limit %(maximum)s
