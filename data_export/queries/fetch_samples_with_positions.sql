select asked.*
from unnest(%(vehicle_ids)s::bigint[]) as car(vehicle_id)
cross join lateral (
    select sample.*, place.latitude_deg, place.longitude_deg, place.altitude_m
    from published.samples as sample
    left join published.positions as place
        on place.vehicle_id = car.vehicle_id and place.recorded_at = sample.recorded_at
        and place.recorded_at >= %(from_at)s and place.recorded_at < %(to_at)s
    where sample.vehicle_id = car.vehicle_id and sample.recorded_at >= %(from_at)s and sample.recorded_at < %(to_at)s
    order by sample.recorded_at
) as asked
