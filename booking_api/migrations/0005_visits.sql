-- The life of a visit: from a hold, which ends by itself, to what telemetry says of the repair. Which step leads where
-- stands in booking_api/visits/transitions.py.
alter table booking.bookings drop constraint if exists bookings_status_check;
alter table booking.bookings add constraint bookings_status_check check (status in (
    'held', 'booked', 'checked_in', 'inspecting', 'estimated', 'approved', 'repairing', 'ready', 'closed', 'verified',
    'came_back', 'cancelled', 'missed', 'expired'));

alter table booking.bookings add column if not exists hold_expires_at timestamptz;
alter table booking.bookings add column if not exists made_at_desk boolean not null default false;
alter table booking.bookings add column if not exists closed_on date;
alter table booking.bookings add column if not exists done_items text[] not null default '{}';
alter table booking.bookings add column if not exists causes jsonb not null default '[]';
comment on column booking.bookings.made_at_desk is 'By the workshop, which then sees it while it is only held.';
comment on column booking.bookings.causes is 'What was found: [{fault_id, cause}].';
alter table booking.bookings drop constraint if exists bookings_holds_end;
alter table booking.bookings add constraint bookings_holds_end check (status <> 'held' or hold_expires_at is not null);
create index if not exists bookings_by_hold_end on booking.bookings (hold_expires_at) where status = 'held';

-- A car is at one place at a time. Visits from before this rule are left alone.
alter table booking.bookings add column if not exists guards_car boolean not null default false;
alter table booking.bookings alter column guards_car set default true;
alter table booking.bookings drop constraint if exists bookings_one_place_at_a_time;
alter table booking.bookings add constraint bookings_one_place_at_a_time
    exclude using gist (int8range(vehicle_id, vehicle_id, '[]') with &&, tstzrange(starts_at, ends_at) with &&)
    where (guards_car and status in (
        'held', 'booked', 'checked_in', 'inspecting', 'estimated', 'approved', 'repairing', 'ready'));

-- How late an owner may still move or cancel; the workshop's desk may until the visit begins.
alter table booking.workshops add column if not exists change_notice_minutes integer not null default 60
    check (change_notice_minutes >= 0);

-- What the workshop has found and asks the owner for.
create table if not exists booking.estimate_lines (
    booking_id  uuid        not null references booking.bookings,
    line        smallint    not null check (line between 1 and 100),
    title       text        not null,
    urgency     text        not null check (urgency in ('red', 'amber', 'green')),
    minutes     integer     not null check (minutes >= 0),
    cost_eur    numeric     not null check (cost_eur >= 0),
    offered_at  timestamptz not null,
    decision    text        check (decision in ('approved', 'declined')),
    decided_at  timestamptz,
    primary key (booking_id, line)
);

-- The outbox: what has happened to a visit, written in the transaction in which it happened. A reader goes by
-- (transaction_id, event_id) below the oldest running transaction, so that nothing that commits late is passed over.
create table if not exists booking.events (
    event_id       bigint      not null generated always as identity primary key,
    transaction_id xid8        not null default pg_current_xact_id(),
    occurred_at    timestamptz not null,
    kind           text        not null,
    booking_id     uuid        not null references booking.bookings,
    vehicle_id     bigint      not null,
    owner_id       text,
    workshop_id    text        not null,
    data           jsonb       not null default '{}'
);
create index if not exists events_in_order on booking.events (transaction_id, event_id);
create index if not exists events_by_booking on booking.events (booking_id, event_id);

grant select, insert, update, delete on booking.estimate_lines to servicelane_booking_api;
-- Nobody rewrites what has happened.
grant select, insert on booking.events to servicelane_booking_api;
revoke update, delete, truncate on booking.events from servicelane_booking_api;
