-- What will be due or fail, and when.
create schema if not exists planner;

create table if not exists planner.recommendations (
    recommendation_id uuid        not null primary key,
    vehicle_id        bigint      not null,
    item              text        not null,
    urgency           smallint    not null check (urgency between 1 and 4),
    due_at            timestamptz,
    latest_safe_at    timestamptz,
    titles            jsonb       not null,
    reasons           jsonb       not null,
    operations        jsonb       not null,
    finding_ids       uuid[]      not null
);

create index if not exists recommendations_by_vehicle on planner.recommendations (vehicle_id);

-- Work that was done; the newest of an item is what its next service counts from.
create table if not exists planner.service_records (
    vehicle_id   bigint           not null,
    item         text             not null,
    performed_on date             not null,
    odometer_km  double precision not null check (odometer_km between 0 and 10000000),
    source       text             not null,
    primary key (vehicle_id, item, performed_on)
);

-- How each item of a car's plan stands; negative remainders are overdue.
create table if not exists planner.service_status (
    vehicle_id      bigint           not null,
    item            text             not null,
    titles          jsonb            not null,
    state           text             not null check (state in ('planned', 'due_soon', 'due', 'overdue')),
    remaining_km    double precision,
    remaining_days  integer,
    due_at          timestamptz,
    due_earliest_at timestamptz,
    due_latest_at   timestamptz,
    assumed         boolean          not null,
    primary key (vehicle_id, item)
);

-- What the last planning of a car rested on. The first that was seen of it stays known when old samples are deleted.
create table if not exists planner.planned (
    vehicle_id        bigint      not null primary key,
    now_at            timestamptz not null,
    odometer_known    boolean     not null,
    findings_digest   text        not null,
    first_recorded_at timestamptz not null,
    first_odometer_km double precision
);

create or replace view published.recommendations as
select recommendation_id, vehicle_id, item, urgency, due_at, latest_safe_at, titles, reasons, operations, finding_ids
from planner.recommendations;

create or replace view published.service_status as
select vehicle_id, item, titles, state, remaining_km, remaining_days, due_at, due_earliest_at, due_latest_at, assumed
from planner.service_status;

grant usage on schema planner to servicelane_maintenance_planner;
grant select, insert, update, delete on all tables in schema planner to servicelane_maintenance_planner;
grant select on published.recommendations, published.service_status to servicelane_reader;
