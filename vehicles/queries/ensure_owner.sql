insert into vehicles.owners (owner_id, display_name) values (%(owner_id)s, '') on conflict (owner_id) do nothing
