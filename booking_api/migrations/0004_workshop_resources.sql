-- Workshops as they are: vans, equipment and loaners beside bays and technicians, breaks, absences, services, parts, limits.
alter table booking.workshops
    add column if not exists daily_visits          integer check (daily_visits >= 1),
    add column if not exists daily_minutes         integer check (daily_minutes >= 1),
    add column if not exists parts_lead_days       integer not null default 0 check (parts_lead_days between 0 and 366),
    add column if not exists mobile_radius_km      double precision not null default 0 check (mobile_radius_km >= 0),
    add column if not exists mobile_travel_minutes integer not null default 30 check (mobile_travel_minutes between 0 and 240);
comment on column booking.workshops.daily_visits is 'So many visits may begin on a local day; null: as many as fit.';
comment on column booking.workshops.daily_minutes is 'So many minutes of work may be taken on a local day.';
comment on column booking.workshops.parts_lead_days is 'For parts that are not listed; 0: they are at hand.';

-- A bay or a van is where the work is done; equipment has what work may ask for; a loaner is a car lent for the visit.
alter table booking.resources drop constraint if exists resources_kind_check;
alter table booking.resources
    add constraint resources_kind_check check (kind in ('bay', 'van', 'technician', 'equipment', 'loaner')),
    add column if not exists active boolean not null default true;
comment on column booking.resources.skills is
    'What a technician can do or equipment serves; a bay or van with skills takes only such work.';
comment on column booking.resources.active is 'False: no longer described; kept for the claims on it.';

-- Lunch, by weekday on the wall clock.
create table if not exists booking.breaks (
    resource_id bigint   not null references booking.resources,
    weekday     smallint not null check (weekday between 0 and 6),
    starts      time     not null,
    ends        time     not null check (ends > starts),
    primary key (resource_id, weekday, starts)
);

-- Leave of a technician, repair of a lift. Why is not kept: it would be personal.
create table if not exists booking.absences (
    resource_id bigint    not null references booking.resources,
    during      tstzrange not null check (not isempty(during)),
    primary key (resource_id, during)
);

-- What a piece of work takes at this workshop, where it differs from what the plan says. An empty model means every one.
create table if not exists booking.services (
    workshop_id    text    not null references booking.workshops,
    code           text    not null,
    model          text    not null default '',
    minutes        integer check (minutes between 1 and 1440),
    before_minutes integer not null default 0 check (before_minutes between 0 and 480),
    after_minutes  integer not null default 0 check (after_minutes between 0 and 480),
    equipment      text[]  not null default '{}',
    mobile         boolean not null default false,
    primary key (workshop_id, code, model)
);
comment on column booking.services.mobile is 'Whether a van may do it where the car stands.';

create table if not exists booking.parts_stock (
    workshop_id   text          not null references booking.workshops,
    part          text          not null,
    on_hand       numeric(10,2) not null check (on_hand >= 0),
    lead_days     integer       not null check (lead_days between 0 and 366),
    superseded_by text,
    primary key (workshop_id, part),
    check (superseded_by <> part)
);
comment on column booking.parts_stock.superseded_by is 'What is fitted in its place once the stock has gone.';

-- Held for a visit, from the hold on. `fitted`: gone from the stock, too.
create table if not exists booking.part_reservations (
    booking_id  uuid          not null references booking.bookings,
    workshop_id text          not null references booking.workshops,
    part        text          not null,
    quantity    numeric(10,2) not null check (quantity > 0),
    source      text          not null check (source in ('stock', 'order')),
    ready_at    timestamptz   not null,
    state       text          not null check (state in ('reserved', 'fitted', 'released'))
);
create index if not exists part_reservations_by_booking on booking.part_reservations (booking_id);
create index if not exists part_reservations_by_part on booking.part_reservations (workshop_id, part)
    where state = 'reserved';

alter table booking.bookings
    add column if not exists transport text not null default 'drop_off'
        check (transport in ('drop_off', 'loaner', 'mobile'));

grant select, insert, update on booking.services, booking.parts_stock, booking.part_reservations
    to servicelane_booking_api;
grant select, insert, update, delete on booking.breaks, booking.absences, booking.opening_hours, booking.closed_days,
    booking.services, booking.parts_stock to servicelane_booking_api;
