insert into vehicles.credentials (vehicle_id, password_hash) values (%(vehicle_id)s, %(password_hash)s)
on conflict (vehicle_id) do update set password_hash = excluded.password_hash, issued_at = now()
