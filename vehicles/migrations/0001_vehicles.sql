-- Which cars exist, who owns them, how they prove who they are.
create schema if not exists vehicles;

create table if not exists vehicles.vehicles (
    vehicle_id    bigint      not null generated always as identity primary key,
    vin           text        not null unique check (vin ~ '^[A-HJ-NPR-Z0-9]{17}$'),
    model_id      text        not null,
    make          text        not null,
    model         text        not null,
    model_year    integer     not null check (model_year between 1980 and 2100),
    drivetrain    text        not null check (drivetrain in ('petrol', 'diesel', 'hybrid', 'electric')),
    specification jsonb       not null default '{}',
    in_service_on date        not null,
    enrolled_at   timestamptz not null default now()
);

-- Personal data, apart from everything technical.
create table if not exists vehicles.owners (
    owner_id     text not null primary key,
    display_name text not null,
    contact      jsonb not null default '{}',
    registered_at timestamptz not null default now()
);

create table if not exists vehicles.ownerships (
    vehicle_id bigint not null references vehicles.vehicles,
    owner_id   text   not null references vehicles.owners,
    since      date   not null,
    until      date,
    primary key (vehicle_id, owner_id, since),
    check (until is null or until >= since)
);

-- One owner at a time.
create unique index if not exists ownerships_current on vehicles.ownerships (vehicle_id) where until is null;
create index if not exists ownerships_by_owner on vehicles.ownerships (owner_id) where until is null;

create table if not exists vehicles.credentials (
    vehicle_id    bigint      not null primary key references vehicles.vehicles,
    password_hash text        not null,
    issued_at     timestamptz not null default now()
);

create or replace view published.vehicles as
select vehicle_id, vin, model_id, make, model, model_year, drivetrain, specification, in_service_on
from vehicles.vehicles;

create or replace view published.vehicle_owners as
select vehicle_id, owner_id from vehicles.ownerships where until is null;

grant usage on schema vehicles to servicelane_vehicles;
grant select, insert, update on all tables in schema vehicles to servicelane_vehicles;
grant select on published.vehicles to servicelane_reader;
-- Who owns which car is for those who answer owners or enrol cars, and for nobody else.
grant select on published.vehicle_owners to servicelane_vehicles, servicelane_booking_api;
