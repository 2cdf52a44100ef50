select extract(epoch from started_at)::float8 as started_s, extract(epoch from ended_at)::float8 as ended_s, features
from diagnostics.trips
where vehicle_id = %(vehicle_id)s and started_at >= %(since)s
order by started_at
