insert into planner.verifications as known (vehicle_id, item, performed_on, state, texts)
values (%(vehicle_id)s, %(item)s, %(performed_on)s, %(state)s, %(texts)s)
on conflict (vehicle_id, item, performed_on) do update set state = excluded.state, texts = excluded.texts
where known is distinct from excluded
