-- The newest word stands, in whichever order they come.
insert into diagnostics.workshop_reports
    (isolation_id, kind, subject, vehicle_id, value, workshop_id, told_at, entry_ids, shown)
values (%(isolation_id)s, %(kind)s, %(subject)s, %(vehicle_id)s, %(value)s, %(workshop_id)s, %(told_at)s, %(entry_ids)s,
        %(shown)s)
on conflict (isolation_id, kind, subject) do update
set value = excluded.value, workshop_id = excluded.workshop_id, told_at = excluded.told_at, entry_ids = excluded.entry_ids,
    shown = excluded.shown
where (excluded.told_at, excluded.value) > (workshop_reports.told_at, workshop_reports.value)
