insert into vehicles.ownerships (vehicle_id, owner_id, since) values (%(vehicle_id)s, %(owner_id)s, %(since)s)
on conflict (vehicle_id, owner_id, since) do update set until = null
