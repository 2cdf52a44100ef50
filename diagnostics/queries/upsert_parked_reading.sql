insert into diagnostics.parked_readings (vehicle_id, recorded_at, p20_kpa)
values (%(vehicle_id)s, %(recorded_at)s, %(p20_kpa)s)
on conflict (vehicle_id, recorded_at) do update set p20_kpa = excluded.p20_kpa
