-- When ingest stopped taking because too many cars' messages were set aside, and who let it go on.
create table if not exists telemetry.intake_stops (
    stop_id     bigint      not null generated always as identity primary key,
    part        text        not null check (part in ('bridge', 'writer')),
    stopped_at  timestamptz not null default now(),
    affected    integer     not null,
    heard       integer     not null,
    resumed_at  timestamptz,
    resumed_by  text,
    quiet_until timestamptz
);

create or replace view published.intake_stops as
select stop_id, part, stopped_at, affected, heard, resumed_at, resumed_by, quiet_until from telemetry.intake_stops;

grant select, insert, update on telemetry.intake_stops to servicelane_ingest;
grant select on published.intake_stops to servicelane_reader;
