insert into planner.service_status as known
    (vehicle_id, item, titles, state, remaining_km, remaining_days, due_at, due_earliest_at, due_latest_at, assumed,
     due_odometer_km, operations, last_on)
values (%(vehicle_id)s, %(item)s, %(titles)s, %(state)s, %(remaining_km)s, %(remaining_days)s, %(due_at)s,
        %(due_earliest_at)s, %(due_latest_at)s, %(assumed)s, %(due_odometer_km)s, %(operations)s, %(last_on)s)
on conflict (vehicle_id, item) do update
set titles = excluded.titles, state = excluded.state, remaining_km = excluded.remaining_km,
    remaining_days = excluded.remaining_days, due_at = excluded.due_at, due_earliest_at = excluded.due_earliest_at,
    due_latest_at = excluded.due_latest_at, assumed = excluded.assumed, due_odometer_km = excluded.due_odometer_km,
    operations = excluded.operations, last_on = excluded.last_on
where known is distinct from excluded
