-- The version of the extension, or an empty text; decided once.
insert into database.facts (name, value)
select 'timescaledb', coalesce((select extversion from pg_extension where extname = 'timescaledb'), '')
on conflict (name) do nothing
