-- The stream: an append-only table, and how far each group has come.
create schema if not exists streaming;

-- A sequence gives numbers out before the commit, so a lower id may become visible after a higher one. The transaction's
-- own number says which records may still appear: none below pg_snapshot_xmin() can. So the order is (transaction_id, id).
create table if not exists streaming.records (
    topic          text        not null,
    partition      smallint    not null,
    transaction_id xid8        not null default pg_current_xact_id(),
    id             bigint      not null generated always as identity,
    key            text        not null,
    value          bytea       not null,
    headers        jsonb       not null default '{}',
    appended_at    timestamptz not null default clock_timestamp(),
    primary key (topic, partition, transaction_id, id)
);

-- Values are packed already: trying to compress them again costs time and gains nothing.
alter table streaming.records alter column value set storage external;

-- Retention deletes at the old end all the time; inserts alone should refresh the visibility map too.
alter table streaming.records set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);

create table if not exists streaming.offsets (
    group_name     text        not null,
    topic          text        not null,
    partition      smallint    not null,
    transaction_id xid8        not null default '0',
    id             bigint      not null default 0,
    handled_at     timestamptz not null default '-infinity',
    registered_at  timestamptz not null default now(),
    primary key (group_name, topic, partition)
) with (fillfactor = 50);

grant usage on schema streaming to servicelane_streamer;
grant select, insert on streaming.records to servicelane_streamer;
grant select, insert, update on streaming.offsets to servicelane_streamer;
