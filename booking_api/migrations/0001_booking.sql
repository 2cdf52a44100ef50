-- Workshops, their bays and technicians, and who has claimed them when.
create schema if not exists booking;

create table if not exists booking.workshops (
    workshop_id    text             not null primary key check (workshop_id ~ '^[a-z0-9-]{1,64}$'),
    name           text             not null,
    address        text             not null,
    city           text             not null,
    latitude_deg   double precision not null check (latitude_deg between -90 and 90),
    longitude_deg  double precision not null check (longitude_deg between -180 and 180),
    time_zone      text             not null,
    notice_minutes integer          not null check (notice_minutes >= 0),
    horizon_days   integer          not null check (horizon_days between 1 and 366),
    brands         text[]           not null default '{}'
);
comment on column booking.workshops.brands is 'Makes that are served; empty: every make.';

-- Wall clock at the workshop; several rows for a day with a break. `closes` may be 24:00.
create table if not exists booking.opening_hours (
    workshop_id text     not null references booking.workshops,
    weekday     smallint not null check (weekday between 0 and 6),
    opens       time     not null,
    closes      time     not null check (closes > opens),
    primary key (workshop_id, weekday, opens)
);
comment on column booking.opening_hours.weekday is '0 is Monday.';

create table if not exists booking.closed_days (
    workshop_id text not null references booking.workshops,
    closed_on   date not null,
    primary key (workshop_id, closed_on)
);

create table if not exists booking.resources (
    resource_id bigint not null generated always as identity primary key,
    workshop_id text   not null references booking.workshops,
    kind        text   not null check (kind in ('bay', 'technician')),
    name        text   not null,
    skills      text[] not null default '{}',
    unique (workshop_id, name)
);

-- `owner_id` is personal: it is in no view and in no log.
create table if not exists booking.bookings (
    booking_id         uuid        not null primary key,
    vehicle_id         bigint      not null,
    owner_id           text,
    workshop_id        text        not null references booking.workshops,
    starts_at          timestamptz not null,
    ends_at            timestamptz not null check (ends_at > starts_at),
    time_zone          text        not null,
    status             text        not null check (status in ('booked', 'cancelled')),
    version            integer     not null default 1,
    work               jsonb       not null,
    recommendation_ids uuid[]      not null default '{}',
    reasons            jsonb       not null default '[]',
    created_at         timestamptz not null default now(),
    changed_at         timestamptz not null default now()
);
create index if not exists bookings_by_owner on booking.bookings (owner_id, starts_at);
create index if not exists bookings_by_vehicle on booking.bookings (vehicle_id, starts_at);

-- The one place that decides who has a bay or a technician. A range of one number stands for equality, which spares
-- the extension btree_gist.
create table if not exists booking.claims (
    claim_id    bigint    not null generated always as identity primary key,
    resource_id bigint    not null references booking.resources,
    booking_id  uuid      not null references booking.bookings,
    during      tstzrange not null check (not isempty(during) and lower_inc(during) and not upper_inc(during)),
    state       text      not null check (state in ('held', 'confirmed', 'in_service', 'released')),
    constraint claims_never_overlap
        exclude using gist (int8range(resource_id, resource_id, '[]') with &&, during with &&)
        where (state in ('held', 'confirmed', 'in_service'))
);
create index if not exists claims_by_booking on booking.claims (booking_id);
create index if not exists claims_by_time on booking.claims using gist (during)
    where state in ('held', 'confirmed', 'in_service');

-- The answer to a request that came with a key, for when the same request comes again.
create table if not exists booking.idempotency_keys (
    subject     text        not null,
    key         text        not null,
    fingerprint text        not null,
    answer      jsonb,
    created_at  timestamptz not null,
    primary key (subject, key)
);

create or replace view published.bookings as
select booking_id, vehicle_id, workshop_id, starts_at, ends_at, status, recommendation_ids
from booking.bookings;

grant usage on schema booking to servicelane_booking_api;
grant select, insert, update on all tables in schema booking to servicelane_booking_api;
grant select on published.bookings to servicelane_reader;
