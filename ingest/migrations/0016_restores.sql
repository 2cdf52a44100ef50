-- When this database was put back from a back-up: what arrived between the two instants is gone, though cars were told that
-- it was stored.
create table if not exists telemetry.restores (
    restore_id      bigint      not null generated always as identity primary key,
    backup_taken_at timestamptz not null,
    restored_at     timestamptz not null default now()
);

create or replace view published.restores as
select restore_id, backup_taken_at, restored_at from telemetry.restores;

grant select, insert on telemetry.restores to servicelane_ingest;
grant select on published.restores to servicelane_reader;
