-- Who wants to be told of what happens to visits, and how telling them went.
create table if not exists booking.webhooks (
    webhook_id      uuid        not null primary key,
    organisation_id text        not null,
    side            text        not null check (side in ('workshop', 'fleet')),
    url             text        not null,
    secret          text        not null,
    kinds           text[]      not null default '{}',
    created_at      timestamptz not null,
    ended_at        timestamptz
);
comment on column booking.webhooks.kinds is 'Empty: every kind of event.';
comment on column booking.webhooks.secret is 'What is signed with; shown once, when the webhook is made.';
create index if not exists webhooks_by_organisation on booking.webhooks (organisation_id, side) where ended_at is null;

create table if not exists booking.deliveries (
    delivery_id     bigint      not null generated always as identity primary key,
    webhook_id      uuid        not null references booking.webhooks,
    event_id        bigint      not null references booking.events,
    attempts        integer     not null default 0,
    next_attempt_at timestamptz,
    attempted_at    timestamptz,
    delivered_at    timestamptz,
    last_status     integer,
    last_problem    text
);
comment on column booking.deliveries.next_attempt_at is 'Null: delivered, or given up.';
create index if not exists deliveries_by_webhook on booking.deliveries (webhook_id, delivery_id);
create index if not exists deliveries_due on booking.deliveries (next_attempt_at) where next_attempt_at is not null;

grant select, insert, update on booking.webhooks, booking.deliveries to servicelane_booking_api;
revoke delete, truncate on booking.webhooks, booking.deliveries from servicelane_booking_api;
