delete from diagnostics.trips
where vehicle_id = %(vehicle_id)s and started_at <= %(to_at)s and ended_at >= %(from_at)s
