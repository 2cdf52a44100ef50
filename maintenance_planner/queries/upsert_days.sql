-- Days as `fetch_new_days` gave them, of several cars.
insert into planner.vehicle_days as known
    (vehicle_id, day, recorded_at, odometer_km, source, engine_hours_h, regenerations, towed, levels, wear)
select one.vehicle_id, one.day, one.recorded_at, one.odometer_km, one.source, one.engine_hours_h, one.regenerations,
       one.towed, one.levels, one.wear
from unnest(%(days)s::text[]) as of_car (days)
cross join lateral jsonb_populate_recordset(null::planner.vehicle_days, of_car.days::jsonb) as one
on conflict (vehicle_id, day) do update
set recorded_at = excluded.recorded_at, odometer_km = excluded.odometer_km, source = excluded.source,
    engine_hours_h = excluded.engine_hours_h, regenerations = excluded.regenerations, towed = excluded.towed,
    levels = excluded.levels, wear = excluded.wear
where known is distinct from excluded
