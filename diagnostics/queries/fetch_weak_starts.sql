select vehicle_id, extract(epoch from recorded_at)::float8 as at_s, details::text as details
from diagnostics.moments
where vehicle_id = any(%(vehicle_ids)s) and kind = 'engine_start'
  and (details ->> 'crank_minimum_voltage_v')::float8 < %(below_v)s
order by vehicle_id, recorded_at
