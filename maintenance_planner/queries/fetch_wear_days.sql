-- What each day said of wear; the linings stand among the levels.
select day,
       wear || jsonb_strip_nulls(jsonb_build_object('brake_pad_min_mm', levels -> 'brake_pad_min_mm')) as told
from planner.vehicle_days
where vehicle_id = %(vehicle_id)s and day <= %(until)s and (wear <> '{}' or levels ? 'brake_pad_min_mm')
order by day
