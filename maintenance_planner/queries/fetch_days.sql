-- Of each car up to its now: every day of the last hundred, before that Mondays and Thursdays. What sensors said is asked
-- of the last two weeks, and of three months where a visit is watched. Days that are not written yet stand in place of
-- those that are.
with fresh as materialized (
    select one.*
    from unnest(%(new_days)s::text[]) as of_car (days)
    cross join lateral jsonb_populate_recordset(null::planner.vehicle_days, of_car.days::jsonb) as one
)
select known.vehicle_id, known.day, known.recorded_at, known.odometer_km, known.source, known.engine_hours_h,
       known.regenerations, known.towed,
       case when known.day > car.now_at::date - 15 or (known.day > car.now_at::date - 92 and visited.lately)
            then nullif(known.levels, '{}') end as levels
from unnest(%(vehicle_ids)s::bigint[], %(now_ats)s::timestamptz[]) as car (vehicle_id, now_at)
cross join lateral (
    select exists (
        select from planner.service_records as record
        where record.vehicle_id = car.vehicle_id and record.performed_on > car.now_at::date - 61
    ) as lately
) as visited
cross join lateral (
    select kept.*
    from planner.vehicle_days as kept
    where kept.vehicle_id = car.vehicle_id
      and not exists (select from fresh where fresh.vehicle_id = kept.vehicle_id and fresh.day = kept.day)
    union all
    select * from fresh where fresh.vehicle_id = car.vehicle_id
) as known
where known.day <= car.now_at::date and (known.recorded_at is null or known.recorded_at <= car.now_at)
  and (known.day > car.now_at::date - 100 or extract(isodow from known.day) in (1, 4))
order by known.vehicle_id, known.day
