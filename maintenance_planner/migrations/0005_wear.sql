-- What wears a car's parts, day by day, what is known of each part, and when it will be due.
alter table planner.vehicle_days add column if not exists wear jsonb not null default '{}';
alter table planner.usage add column if not exists predictions jsonb not null default '[]';

-- What the models of wear start from, as of the car's own last word. The night goes by it and reads no days.
create table if not exists planner.wear (
    vehicle_id  bigint      not null primary key,
    observed_at timestamptz not null,
    observed    jsonb       not null
);

create or replace view published.predictions as
select vehicle_id, predictions from planner.usage;

grant select, insert, update, delete on planner.wear to servicelane_maintenance_planner;
grant select on published.predictions to servicelane_reader;
