alter table samples alter column boot_id type text
