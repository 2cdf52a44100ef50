-- The version of the extension, or an empty text; decided once.
insert into database.facts (name, value)
values ('timescaledb', %(version)s)
on conflict (name) do nothing
