-- What cars said besides samples, and what could not be taken as it came.
create schema if not exists telemetry;

-- Positions are personal data: apart from the samples, with rights of their own.
create table if not exists telemetry.positions (
    vehicle_id    bigint      not null,
    recorded_at   timestamptz not null,
    boot_number   bigint      not null,
    boot_id       uuid        not null,
    sequence      bigint      not null,
    frame         integer     not null,
    latitude_deg  double precision,
    longitude_deg double precision,
    altitude_m    double precision,
    primary key (vehicle_id, recorded_at)
);

create table if not exists telemetry.events (
    vehicle_id    bigint      not null,
    boot_id       uuid        not null,
    sequence      bigint      not null,
    boot_number   bigint      not null,
    recorded_at   timestamptz not null,
    received_at   timestamptz not null,
    stored_at     timestamptz not null default now(),
    clock_quality smallint    not null,
    kind          text        not null,
    odometer_km   double precision,
    details       jsonb       not null,
    primary key (vehicle_id, boot_id, sequence)
);

create index if not exists events_by_instant on telemetry.events (vehicle_id, recorded_at);

create table if not exists telemetry.dtc_reports (
    vehicle_id    bigint      not null,
    boot_id       uuid        not null,
    sequence      bigint      not null,
    boot_number   bigint      not null,
    recorded_at   timestamptz not null,
    received_at   timestamptz not null,
    stored_at     timestamptz not null default now(),
    clock_quality smallint    not null,
    ecu           text        not null,
    complete      boolean     not null,
    cleared       boolean     not null,
    odometer_km   double precision,
    codes         jsonb       not null,
    primary key (vehicle_id, boot_id, sequence)
);

create index if not exists dtc_reports_by_instant on telemetry.dtc_reports (vehicle_id, recorded_at);

create table if not exists telemetry.command_results (
    vehicle_id  bigint      not null,
    boot_id     uuid        not null,
    sequence    bigint      not null,
    recorded_at timestamptz not null,
    received_at timestamptz not null,
    command_id  text        not null,
    status      text        not null,
    reason      text        not null,
    primary key (vehicle_id, boot_id, sequence)
);

-- What the bounded buffer of a car gave up, as the car reports it.
create table if not exists telemetry.drops (
    vehicle_id       bigint      not null,
    boot_id          uuid        not null,
    sequence         bigint      not null,
    position         integer     not null,
    reason           text        not null,
    priority         text        not null,
    frames           bigint      not null,
    from_recorded_at timestamptz,
    to_recorded_at   timestamptz,
    primary key (vehicle_id, boot_id, sequence, position)
);

create table if not exists telemetry.latest_state (
    vehicle_id       bigint      not null primary key,
    last_recorded_at timestamptz not null,
    last_received_at timestamptz not null,
    clock_quality    smallint    not null,
    signals          jsonb       not null
) with (fillfactor = 70);

-- Bytes and reason of everything that was not taken as it came. `frames` are withheld; 0 where single values were.
create table if not exists telemetry.quarantine (
    quarantine_id bigint      not null generated always as identity primary key,
    vin           text,
    topic         text        not null,
    content_type  text        not null,
    reason        text        not null,
    disposition   text        not null check (disposition in ('quarantined', 'refused', 'stored')),
    detail        text        not null,
    boot_id       uuid,
    sequence      bigint,
    frames        integer     not null default 0,
    received_at   timestamptz not null,
    payload       bytea       not null,
    redriven_at   timestamptz
);

-- A message that is sent again is kept once; other bytes under the same name are another message.
create unique index if not exists quarantine_by_message
    on telemetry.quarantine (vin, boot_id, sequence, reason, sha256(payload)) where boot_id is not null;
create index if not exists quarantine_by_instant on telemetry.quarantine (received_at);

grant usage on schema telemetry to servicelane_ingest;
grant select, insert, update on telemetry.positions, telemetry.events, telemetry.dtc_reports, telemetry.command_results,
    telemetry.drops, telemetry.latest_state, telemetry.quarantine to servicelane_ingest;
grant delete on telemetry.positions to servicelane_ingest;
