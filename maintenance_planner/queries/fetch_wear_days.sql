-- What each day said of wear; the linings stand among the levels. Days that are not written yet stand in place of those
-- that are.
with fresh as materialized (
    select one.*
    from unnest(%(new_days)s::text[]) as of_car (days)
    cross join lateral jsonb_populate_recordset(null::planner.vehicle_days, of_car.days::jsonb) as one
)
select day,
       wear || jsonb_strip_nulls(jsonb_build_object('brake_pad_min_mm', levels -> 'brake_pad_min_mm')) as told
from (
    select kept.* from planner.vehicle_days as kept where kept.day not in (select fresh.day from fresh)
    union all
    select * from fresh
) as known
where vehicle_id = %(vehicle_id)s and day <= %(until)s and (wear <> '{}' or levels ? 'brake_pad_min_mm')
order by day
