-- What a recommendation takes and rests on, what was told of it, whether a visit did its work, and visits to come.
alter table planner.vehicle_days add column if not exists levels jsonb not null default '{}';
alter table planner.recommendations add column if not exists details jsonb not null default '{}';
alter table planner.usage add column if not exists visits jsonb not null default '[]';
alter table planner.usage add column if not exists guarantees jsonb not null default '[]';

-- Each entry says what changed and why; the newest of a recommendation is what its next change is measured against.
create table if not exists planner.recommendation_changes (
    recommendation_id uuid        not null,
    number            integer     not null,
    vehicle_id        bigint      not null,
    item              text        not null,
    kind              text        not null check (kind in ('opened', 'changed', 'closed')),
    changed_at        timestamptz not null,
    urgency           smallint    not null,
    due_at            timestamptz,
    latest_safe_at    timestamptz,
    basis             jsonb       not null,
    texts             jsonb       not null,
    primary key (recommendation_id, number)
);

create index if not exists recommendation_changes_by_vehicle
    on planner.recommendation_changes (vehicle_id, changed_at);

create table if not exists planner.verifications (
    vehicle_id   bigint not null,
    item         text   not null,
    performed_on date   not null,
    state        text   not null check (state in ('verified', 'not_yet', 'came_back')),
    texts        jsonb  not null,
    primary key (vehicle_id, item, performed_on)
);

create or replace view published.recommendation_details as
select recommendation_id, vehicle_id, item, details from planner.recommendations;

create or replace view published.recommendation_changes as
select recommendation_id, number, vehicle_id, item, kind, changed_at, urgency, due_at, latest_safe_at, texts
from planner.recommendation_changes;

create or replace view published.verifications as
select vehicle_id, item, performed_on, state, texts from planner.verifications;

create or replace view published.visits as
select vehicle_id, visits, guarantees from planner.usage;

grant select, insert, update, delete on planner.recommendation_changes, planner.verifications
    to servicelane_maintenance_planner;
grant select on published.recommendation_details, published.recommendation_changes, published.verifications,
    published.visits to servicelane_reader;
