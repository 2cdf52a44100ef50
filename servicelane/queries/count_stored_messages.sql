-- What the database holds of each message of these boots, by provenance: rows, and distinct frames among them.
select vehicle.vin, stored.boot_id::text as boot_id, stored.sequence,
       count(*) as rows, count(distinct stored.frame) as frames
from published.stored_frames as stored
join published.vehicles as vehicle using (vehicle_id)
where stored.boot_id = any(%(boot_ids)s::uuid[])
group by vehicle.vin, stored.boot_id, stored.sequence
