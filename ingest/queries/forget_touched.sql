-- Only what was not touched again meanwhile.
delete from telemetry.touched
using unnest(%(vehicle_ids)s::bigint[], %(day_ats)s::timestamptz[], %(touched_ats)s::timestamptz[])
    as done (vehicle_id, day_at, touched_at)
where touched.step = 'minute'
  and touched.vehicle_id = done.vehicle_id
  and touched.day_at = done.day_at
  and touched.touched_at = done.touched_at
