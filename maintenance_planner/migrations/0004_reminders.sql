-- What owners were reminded of, by which channel, how they want it, and the nights that were scored.

-- Without a row the defaults of maintenance_planner/reminders/preferences.py hold. No channel: no reminders.
create table if not exists planner.reminder_preferences (
    owner_id    text        not null primary key,
    language    text        not null check (language in ('en', 'zh')),
    time_zone   text        not null,
    quiet_since time        not null,
    quiet_until time        not null,
    channels    text[]      not null check (channels <@ array['in_app', 'email', 'webhook']),
    changed_at  timestamptz not null
);

create table if not exists planner.reminders (
    reminder_id uuid        not null primary key,
    vehicle_id  bigint      not null,
    owner_id    text        not null,
    urgency     smallint    not null check (urgency between 1 and 4),
    made_at     timestamptz not null,
    texts       jsonb       not null,
    read_at     timestamptz
);
create index if not exists reminders_by_owner on planner.reminders (owner_id, made_at);
create index if not exists reminders_by_vehicle on planner.reminders (vehicle_id, made_at);

-- A rung is climbed once, whoever looks and however often.
create table if not exists planner.reminder_rungs (
    recommendation_id uuid not null,
    owner_id          text not null,
    rung              text not null,
    reminder_id       uuid not null references planner.reminders on delete cascade,
    primary key (recommendation_id, owner_id, rung)
);
create index if not exists reminder_rungs_by_reminder on planner.reminder_rungs (reminder_id);

create table if not exists planner.reminder_deliveries (
    reminder_id     uuid        not null references planner.reminders on delete cascade,
    channel         text        not null check (channel in ('in_app', 'email', 'webhook')),
    state           text        not null check (state in ('waiting', 'sent', 'given_up', 'withdrawn')),
    attempts        smallint    not null default 0,
    next_attempt_at timestamptz not null,
    ended_at        timestamptz,
    detail          text,
    primary key (reminder_id, channel)
);
create index if not exists reminder_deliveries_waiting
    on planner.reminder_deliveries (next_attempt_at) where state = 'waiting';

-- The secret itself is with the owner's calendar alone.
create table if not exists planner.calendar_addresses (
    secret_sha256 bytea       not null primary key,
    owner_id      text        not null,
    made_at       timestamptz not null
);
create index if not exists calendar_addresses_by_owner on planner.calendar_addresses (owner_id);

create table if not exists planner.nights (
    night_on    date        not null primary key,
    as_of_at    timestamptz not null,
    finished_at timestamptz not null
);

grant select, insert, update, delete on planner.reminder_preferences, planner.reminders, planner.reminder_rungs,
    planner.reminder_deliveries, planner.calendar_addresses, planner.nights to servicelane_maintenance_planner;

-- The tables in it are procrastinate's own, and it makes them (maintenance_planner/job_queue.py). They hold which jobs
-- ran and nothing else that would be missed.
create schema if not exists planner_jobs;
grant usage, create on schema planner_jobs to servicelane_maintenance_planner;
