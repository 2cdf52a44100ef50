select (details ->> 'distance_km')::double precision as distance_km,
       (details ->> 'driving_s')::double precision as driving_s,
       (details ->> 'idle_s')::double precision as idle_s,
       (details ->> 'minimum_ambient_temperature_c')::double precision as minimum_ambient_temperature_c,
       coalesce((details ->> 'cold_start')::boolean, false) as cold_start,
       (details ->> 'fuel_l')::double precision as fuel_l,
       (details ->> 'engine_revolutions')::double precision as engine_revolutions
from published.events
where vehicle_id = %(vehicle_id)s and kind = 'trip_summary'
  and recorded_at > %(now_at)s::timestamptz - interval '90 days' and recorded_at <= %(now_at)s
order by recorded_at, boot_id, sequence
