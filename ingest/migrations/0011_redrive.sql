-- What became of a message that was driven again, and by what its clock was corrected.
alter table telemetry.quarantine
    add column if not exists outcome text check (outcome in ('stored', 'duplicate')),
    add column if not exists redriven_by text,
    add column if not exists clock_offset_ms bigint,
    add column if not exists attempts integer not null default 0,
    add column if not exists last_attempt_at timestamptz;

create index if not exists quarantine_by_vin on telemetry.quarantine (vin, received_at);

-- Beside published.quarantine, row by row: how it came, and what became of it.
create or replace view published.redrives as
select quarantine_id, topic, content_type, attempts, last_attempt_at, redriven_at, outcome, redriven_by, clock_offset_ms
from telemetry.quarantine;

-- The bytes may say where a car was: only for those who answer operators.
create or replace view published.quarantine_payloads as
select quarantine_id, payload from telemetry.quarantine;

grant select on published.quarantine_payloads to servicelane_booking_api;
grant select on published.redrives to servicelane_reader;
