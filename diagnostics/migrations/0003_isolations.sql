-- What the findings and codes of a car come from. A function of findings, code episodes and the workshops' reports.
create table if not exists diagnostics.isolations (
    isolation_id    uuid        not null primary key,
    vehicle_id      bigint      not null,
    started_at      timestamptz not null,
    ended_at        timestamptz,
    severity        smallint    not null check (severity between 1 and 4),
    drive           text        not null check (drive in ('yes', 'short', 'no')),
    entry_ids       text[]      not null,
    symptoms        jsonb       not null,
    causes          jsonb       not null,
    tests           jsonb       not null,
    kit             jsonb       not null,
    labour_minutes  integer     not null,
    skills          text[]      not null,
    owner_texts     jsonb       not null,
    drive_texts     jsonb       not null,
    results         jsonb       not null,
    confirmed_cause text,
    inputs          text        not null
);
comment on column diagnostics.isolations.inputs is 'A digest of all that the car''s faults were derived from.';
comment on column diagnostics.isolations.entry_ids is 'Its symptoms as keys of the fault catalogue.';

create index if not exists isolations_by_vehicle on diagnostics.isolations (vehicle_id, started_at);
create index if not exists isolations_by_entry on diagnostics.isolations using gin (entry_ids) where ended_at is null;

-- What technicians told: one row per test of a fault, one for its cause; the newest word stands. Names no person.
create table if not exists diagnostics.workshop_reports (
    isolation_id uuid        not null,
    kind         text        not null check (kind in ('test', 'cause')),
    subject      text        not null,
    vehicle_id   bigint      not null,
    value        text        not null,
    workshop_id  text        not null,
    told_at      timestamptz not null,
    entry_ids    text[]      not null,
    shown        jsonb       not null,
    primary key (isolation_id, kind, subject)
);

create index if not exists workshop_reports_by_vehicle on diagnostics.workshop_reports (vehicle_id, told_at);
create index if not exists workshop_reports_by_entry on diagnostics.workshop_reports using gin (entry_ids) where kind = 'cause';

create or replace view published.isolations as
select isolation_id, vehicle_id, started_at, severity, drive, entry_ids, symptoms, causes, tests, kit, labour_minutes, skills,
       owner_texts, drive_texts, results, confirmed_cause
from diagnostics.isolations
where ended_at is null;

-- Faults that are over keep their symptoms and what was confirmed of them.
create or replace view published.isolation_history as
select isolation_id, vehicle_id, started_at, ended_at, entry_ids, symptoms, results, confirmed_cause
from diagnostics.isolations;

create or replace view published.confirmed_causes as
select isolation_id, vehicle_id, value as cause, workshop_id, told_at, entry_ids, shown
from diagnostics.workshop_reports
where kind = 'cause';

grant select, insert, update, delete on diagnostics.isolations, diagnostics.workshop_reports to servicelane_diagnostics;
grant select on published.isolations, published.isolation_history, published.confirmed_causes to servicelane_reader;
