insert into planner.recommendation_changes
    (recommendation_id, number, vehicle_id, item, kind, changed_at, urgency, due_at, latest_safe_at, basis, texts)
values (%(recommendation_id)s, %(number)s, %(vehicle_id)s, %(item)s, %(kind)s, %(changed_at)s, %(urgency)s, %(due_at)s,
        %(latest_safe_at)s, %(basis)s, %(texts)s)
on conflict (recommendation_id, number) do nothing
