-- What each day of a car was like, how it is used, the work that was done, and what was told of its recommendations.

-- One row per car and day (UTC): the first reading of the odometer, kept when the samples are deleted. What samples say goes
-- before what an event says, and the earlier before the later, whichever arrives first.
create table if not exists planner.vehicle_days (
    vehicle_id     bigint      not null,
    day            date        not null,
    recorded_at    timestamptz,
    odometer_km    double precision,
    source         text        check (source in ('telemetry', 'event')),
    engine_hours_h double precision,
    regenerations  integer     not null default 0,
    towed          boolean     not null default false,
    primary key (vehicle_id, day)
);

-- How a car is driven and what its odometer went through, as the last planning saw it.
create table if not exists planner.usage (
    vehicle_id     bigint not null primary key,
    usage          jsonb  not null,
    km_per_day     jsonb,
    odometer_texts jsonb  not null,
    plan_name      text   not null,
    plan_version   text   not null
);

alter table planner.planned add column if not exists days_known boolean not null default false;
alter table planner.planned add column if not exists as_of_at timestamptz;

alter table planner.service_records alter column odometer_km drop not null;
alter table planner.service_records add column if not exists note text;
alter table planner.service_status add column if not exists due_odometer_km double precision;
alter table planner.service_status add column if not exists operations jsonb not null default '[]';
alter table planner.service_status add column if not exists last_on date;

create or replace view published.service_plan as
select vehicle_id, item, titles, state, remaining_km, remaining_days, due_at, due_earliest_at, due_latest_at, assumed,
       due_odometer_km, operations, last_on
from planner.service_status;

create or replace view published.service_records as
select vehicle_id, item, performed_on, odometer_km, source, note from planner.service_records;

create or replace view published.usage as
select vehicle_id, usage, km_per_day, odometer_texts, plan_name, plan_version from planner.usage;

grant select, insert, update, delete on planner.vehicle_days, planner.usage to servicelane_maintenance_planner;
grant select on published.service_plan, published.service_records, published.usage to servicelane_reader;
