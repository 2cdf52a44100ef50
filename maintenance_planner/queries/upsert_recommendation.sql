insert into planner.recommendations as known
    (recommendation_id, vehicle_id, item, urgency, due_at, latest_safe_at, titles, reasons, operations, finding_ids,
     details)
values (%(recommendation_id)s, %(vehicle_id)s, %(item)s, %(urgency)s, %(due_at)s, %(latest_safe_at)s, %(titles)s,
        %(reasons)s, %(operations)s, %(finding_ids)s::uuid[], %(details)s)
on conflict (recommendation_id) do update
set urgency = excluded.urgency, due_at = excluded.due_at, latest_safe_at = excluded.latest_safe_at,
    titles = excluded.titles, reasons = excluded.reasons, operations = excluded.operations,
    finding_ids = excluded.finding_ids, details = excluded.details
where known is distinct from excluded
