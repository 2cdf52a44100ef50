select extract(epoch from recorded_at)::float8 as at_s, details
from published.events
where vehicle_id = %(vehicle_id)s and kind = 'engine_start' and recorded_at >= %(since)s
order by recorded_at, boot_number, boot_id, sequence
