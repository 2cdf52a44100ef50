-- Who waits for a time at a workshop that is full. What was offered is a hold like any other, so what has become of an
-- offer stands at its booking.
create table if not exists booking.waiting (
    entry_id           uuid        not null primary key,
    turn               bigint      not null generated always as identity,
    vehicle_id         bigint      not null,
    owner_id           text        not null,
    workshop_id        text        not null references booking.workshops,
    recommendation_ids uuid[]      not null default '{}',
    from_at            timestamptz not null,
    until_at           timestamptz not null check (until_at > from_at),
    created_at         timestamptz not null,
    booking_id         uuid        references booking.bookings,
    ended_at           timestamptz
);
create unique index if not exists waiting_once on booking.waiting (vehicle_id, workshop_id)
    where booking_id is null and ended_at is null;
create index if not exists waiting_in_turn on booking.waiting (workshop_id, turn)
    where booking_id is null and ended_at is null;
create index if not exists waiting_by_vehicle on booking.waiting (vehicle_id, turn);

-- Addresses of calendars: whoever has one reads it, until it is taken back. Only a digest is kept.
create table if not exists booking.calendar_addresses (
    digest      bytea       not null primary key,
    booking_id  uuid        references booking.bookings,
    resource_id bigint      references booking.resources,
    created_at  timestamptz not null,
    ended_at    timestamptz,
    check ((booking_id is null) <> (resource_id is null))
);
create index if not exists calendar_addresses_by_booking on booking.calendar_addresses (booking_id);
create index if not exists calendar_addresses_by_resource on booking.calendar_addresses (resource_id);

grant select, insert, update on booking.waiting, booking.calendar_addresses to servicelane_booking_api;
revoke delete, truncate on booking.waiting, booking.calendar_addresses from servicelane_booking_api;
