-- Where the frames of one message are. The instants of its boot bound the search: samples are found by instant.
select place.source, count(*) as frames, min(place.recorded_at) as recorded_from, max(place.recorded_at) as recorded_to,
       min(place.received_at) as received_at, min(place.stored_at) as stored_at
from published.continuity as continuity
join published.vehicles as vehicle using (vehicle_id)
join published.stored_places as place
    on place.vehicle_id = continuity.vehicle_id
    and place.recorded_at between continuity.first_recorded_at and continuity.last_recorded_at
    and place.boot_id = continuity.boot_id
where vehicle.vin = %(vin)s
  and continuity.boot_id = %(boot_id)s
  and place.sequence = %(sequence)s
  and (%(frame)s::integer is null or place.frame = %(frame)s)
group by place.source
order by place.source
