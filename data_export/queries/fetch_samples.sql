select * from published.samples
where vehicle_id = %(vehicle_id)s and recorded_at >= %(from_at)s and recorded_at < %(to_at)s
