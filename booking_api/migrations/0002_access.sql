-- What owners allow others, and who has read what of their cars.

-- A consent ends by itself, when it is withdrawn, or when the car changes hands.
create table if not exists booking.consents (
    consent_id   uuid        not null primary key,
    vehicle_id   bigint      not null,
    owner_id     text        not null,
    grantee_kind text        not null check (grantee_kind in ('workshop', 'driver')),
    grantee      text        not null,
    scopes       text[]      not null check (cardinality(scopes) > 0 and scopes <@ array['health', 'due', 'state', 'book']),
    given_by     text        not null,
    given_at     timestamptz not null,
    starts_at    timestamptz not null,
    ends_at      timestamptz not null check (ends_at > starts_at),
    withdrawn_at timestamptz
);
create index if not exists consents_by_vehicle on booking.consents (vehicle_id, given_at);
create index if not exists consents_by_grantee on booking.consents (grantee, ends_at) where withdrawn_at is null;

-- Written in the transaction of the reading. Without a vehicle the entry stands for every car.
create table if not exists booking.access_log (
    access_id       bigint      not null generated always as identity primary key,
    read_at         timestamptz not null,
    vehicle_id      bigint,
    owner_id        text,
    reader          text        not null,
    role            text        not null,
    organisation_id text,
    action          text        not null,
    relation        text        not null
);
comment on column booking.access_log.owner_id is 'Whose the car was then: the next owner does not see it.';
create index if not exists access_log_by_vehicle on booking.access_log (vehicle_id, access_id);

create index if not exists bookings_by_workshop on booking.bookings (workshop_id, ends_at);

grant select, insert, update on booking.consents to servicelane_booking_api;
-- No line of the log is ever changed by the API.
grant select, insert on booking.access_log to servicelane_booking_api;
revoke update, delete, truncate on booking.access_log from servicelane_booking_api;
