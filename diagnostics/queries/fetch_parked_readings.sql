select extract(epoch from recorded_at)::float8 as at_s, p20_kpa
from diagnostics.parked_readings
where vehicle_id = %(vehicle_id)s and recorded_at >= %(since)s
order by recorded_at
