insert into planner.service_records (vehicle_id, item, performed_on, odometer_km, source)
values (%(vehicle_id)s, %(item)s, %(performed_on)s, %(odometer_km)s, %(source)s)
on conflict (vehicle_id, item, performed_on) do update
set odometer_km = excluded.odometer_km, source = excluded.source
