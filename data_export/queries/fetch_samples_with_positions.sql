select sample.*, place.latitude_deg, place.longitude_deg, place.altitude_m
from published.samples as sample
left join published.positions as place
    on place.vehicle_id = sample.vehicle_id and place.recorded_at = sample.recorded_at
    and place.recorded_at >= %(from_at)s and place.recorded_at < %(to_at)s
where sample.vehicle_id = %(vehicle_id)s and sample.recorded_at >= %(from_at)s and sample.recorded_at < %(to_at)s
