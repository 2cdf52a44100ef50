-- What is found about a car is told in the same order as what happens to its visits: one place in the order counts for both.
alter table booking.events alter column booking_id drop not null;
alter table booking.events alter column workshop_id drop not null;
alter table booking.events add column if not exists finding_id uuid;
alter table booking.events drop constraint if exists events_about_one;
alter table booking.events add constraint events_about_one check (
    case when finding_id is null then booking_id is not null and workshop_id is not null
         else booking_id is null and workshop_id is null end);
-- The stream may tell a finding twice; it is one event.
create unique index if not exists events_by_finding on booking.events (finding_id, kind, occurred_at)
    where finding_id is not null;
