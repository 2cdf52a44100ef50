-- What has to be kept of an erased account, apart from everything else and for nobody's daily work: the visits that took
-- place, and whose they were. Nothing is granted on it; it goes when `keep_until` has passed.
create table if not exists booking.kept_by_law (
    booking_id   uuid        not null primary key,
    owner_id     text        not null,
    display_name text        not null,
    vin          text        not null,
    workshop_id  text        not null,
    starts_at    timestamptz not null,
    ends_at      timestamptz not null,
    work         jsonb       not null,
    erased_at    timestamptz not null,
    keep_until   date        not null
);
create index if not exists kept_by_law_by_end on booking.kept_by_law (keep_until);

-- Who asked to be erased. `servicelane erase --requested` does it; the row goes with the account.
create table if not exists booking.erasure_requests (
    owner_id     text        not null primary key,
    requested_at timestamptz not null
);
grant select, insert, update on booking.erasure_requests to servicelane_booking_api;
revoke all on booking.kept_by_law from servicelane_booking_api;
