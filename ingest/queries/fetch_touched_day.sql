select vehicle_id, day_at, touched_at
from telemetry.touched
where step = 'minute'
  and due_at <= %(now)s
  and day_at = (select min(day_at) from telemetry.touched where step = 'minute' and due_at <= %(now)s)
