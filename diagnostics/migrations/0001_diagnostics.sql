-- What stored telemetry says about a car's health. Every table is a function of the stored rows and can be derived again.
create schema if not exists diagnostics;

create table if not exists diagnostics.trips (
    vehicle_id bigint      not null,
    started_at timestamptz not null,
    ended_at   timestamptz not null,
    features   jsonb       not null,
    primary key (vehicle_id, started_at)
);

-- Tyre pressures of a car that does not drive, at 20 °C.
create table if not exists diagnostics.parked_readings (
    vehicle_id  bigint      not null,
    recorded_at timestamptz not null,
    p20_kpa     jsonb       not null,
    primary key (vehicle_id, recorded_at)
);

create table if not exists diagnostics.findings (
    finding_id uuid        not null primary key,
    vehicle_id bigint      not null,
    kind       text        not null,
    component  text        not null,
    severity   smallint    not null check (severity between 1 and 4),
    found_at   timestamptz not null,
    onset_at   timestamptz not null,
    ended_at   timestamptz,
    evidence   jsonb       not null,
    texts      jsonb       not null
);

create index if not exists findings_by_vehicle on diagnostics.findings (vehicle_id, found_at);

create table if not exists diagnostics.code_episodes (
    vehicle_id    bigint      not null,
    ecu           text        not null,
    code          text        not null,
    first_seen_at timestamptz not null,
    last_seen_at  timestamptz not null,
    status        text        not null check (status in ('pending', 'confirmed', 'healed', 'cleared', 'gone')),
    confirmed_at  timestamptz,
    healed_at     timestamptz,
    ended_at      timestamptz,
    occurrences   integer     not null,
    recurred      boolean     not null,
    mil           boolean     not null,
    severity      smallint    not null,
    titles        jsonb       not null,
    freeze_frame  jsonb,
    transitions   jsonb       not null,
    primary key (vehicle_id, ecu, code, first_seen_at)
);

-- What is wrong now.
create or replace view published.findings as
select finding_id, vehicle_id, kind, component, severity, found_at, onset_at, evidence, texts
from diagnostics.findings
where ended_at is null;

create or replace view published.finding_history as
select finding_id, vehicle_id, kind, component, severity, found_at, onset_at, ended_at, evidence, texts
from diagnostics.findings;

create or replace view published.code_episodes as
select vehicle_id, ecu, code, status, first_seen_at, last_seen_at, confirmed_at, healed_at, ended_at, occurrences, recurred,
       mil, severity, titles, freeze_frame, transitions
from diagnostics.code_episodes;

grant usage on schema diagnostics to servicelane_diagnostics;
grant select, insert, update, delete on all tables in schema diagnostics to servicelane_diagnostics;
grant select on published.findings, published.finding_history, published.code_episodes to servicelane_reader;
