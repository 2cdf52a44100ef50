insert into planner.usage as known
    (vehicle_id, usage, km_per_day, odometer_texts, plan_name, plan_version, visits, guarantees, predictions)
values (%(vehicle_id)s, %(usage)s, %(km_per_day)s, %(odometer_texts)s, %(plan_name)s, %(plan_version)s, %(visits)s,
        %(guarantees)s, %(predictions)s)
on conflict (vehicle_id) do update
set usage = excluded.usage, km_per_day = excluded.km_per_day, odometer_texts = excluded.odometer_texts,
    plan_name = excluded.plan_name, plan_version = excluded.plan_version, visits = excluded.visits,
    guarantees = excluded.guarantees, predictions = excluded.predictions
where known is distinct from excluded
