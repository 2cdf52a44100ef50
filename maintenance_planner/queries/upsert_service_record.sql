insert into planner.service_records as known (vehicle_id, item, performed_on, odometer_km, source, note)
values (%(vehicle_id)s, %(item)s, %(performed_on)s, %(odometer_km)s, %(source)s, %(note)s)
on conflict (vehicle_id, item, performed_on) do update
set odometer_km = excluded.odometer_km, source = excluded.source, note = excluded.note
where known is distinct from excluded
