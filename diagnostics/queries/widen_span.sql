-- The span together with every known trip that lies within ten minutes of it, in whole bins.
select date_bin('10 seconds', least(%(from_at)s::timestamptz, min(started_at)), 'epoch') as from_at,
       date_bin('10 seconds', greatest(%(to_at)s::timestamptz, max(ended_at)), 'epoch') + interval '9.999999 seconds' as to_at
from diagnostics.trips
where vehicle_id = %(vehicle_id)s
  and started_at <= %(to_at)s::timestamptz + interval '11 minutes'
  and ended_at >= %(from_at)s::timestamptz - interval '11 minutes'
