insert into database.applied_migrations (package, name, checksum)
values (%(package)s, %(name)s, %(checksum)s)
on conflict (package, name) do update set checksum = excluded.checksum
