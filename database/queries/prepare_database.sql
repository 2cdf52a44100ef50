-- What every package's migrations rely on.
create schema if not exists database;
create schema if not exists published;

create table if not exists database.applied_migrations (
    package    text not null,
    name       text not null,
    checksum   text not null,
    applied_at timestamptz not null default now(),
    primary key (package, name)
);

create table if not exists database.facts (
    name  text primary key,
    value text not null
);

grant usage on schema database, published to servicelane_reader;
grant select on database.applied_migrations, database.facts to servicelane_reader;
