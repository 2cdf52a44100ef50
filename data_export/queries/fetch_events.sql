select recorded_at, received_at, kind, odometer_km, details, boot_number, boot_id, sequence
from published.events
where vehicle_id = %(vehicle_id)s and recorded_at >= %(from_at)s and recorded_at < %(to_at)s
