-- Of each car up to its now: every day of the last hundred, before that Mondays and Thursdays. What sensors said is asked
-- of the last two weeks, and of three months where a visit is watched.
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
join planner.vehicle_days as known using (vehicle_id)
where known.day <= car.now_at::date and (known.recorded_at is null or known.recorded_at <= car.now_at)
  and (known.day > car.now_at::date - 100 or extract(isodow from known.day) in (1, 4))
order by known.vehicle_id, known.day
