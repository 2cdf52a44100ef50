insert into vehicles.owners (owner_id, display_name, contact) values (%(owner_id)s, %(display_name)s, %(contact)s)
on conflict (owner_id) do update set display_name = excluded.display_name, contact = excluded.contact
