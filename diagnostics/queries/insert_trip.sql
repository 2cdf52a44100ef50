insert into diagnostics.trips (vehicle_id, started_at, ended_at, features)
values (%(vehicle_id)s, %(started_at)s, %(ended_at)s, %(features)s)
on conflict (vehicle_id, started_at) do update set ended_at = excluded.ended_at, features = excluded.features
