-- Detectors take a car's items one by one: moments of a car beside its trips and parked hours, and where the rules stand.
create table if not exists diagnostics.moments (
    vehicle_id  bigint      not null,
    kind        text        not null,
    recorded_at timestamptz not null,
    details     jsonb       not null,
    primary key (vehicle_id, recorded_at, kind)
);

insert into diagnostics.moments (vehicle_id, kind, recorded_at, details)
select distinct on (vehicle_id, recorded_at, kind) vehicle_id, kind, recorded_at, details
from published.events
where kind in ('engine_start', 'charge_session', 'regeneration')
order by vehicle_id, recorded_at, kind, boot_number desc, boot_id desc, sequence desc
on conflict do nothing;

-- `judged_until`: samples before it are in the trips. `folded_until`: items before it are in `judgement`, which a worker
-- with other `rules` does not read. `revision`: the transaction that wrote the row.
create table if not exists diagnostics.car_states (
    vehicle_id   bigint      not null primary key,
    judged_until timestamptz not null,
    folded_until timestamptz not null,
    rules        text        not null,
    judgement    text,
    revision     text        not null
);

-- Parked hours say more than tyres.
do $$
begin
    if exists (
        select from information_schema.columns
        where table_schema = 'diagnostics' and table_name = 'parked_readings' and column_name = 'p20_kpa'
    ) then
        alter table diagnostics.parked_readings rename column p20_kpa to features;
        update diagnostics.parked_readings
        set features = coalesce((select jsonb_object_agg('p20_' || key, value) from jsonb_each(features)), '{}');
    end if;
end
$$;

grant select, insert, update, delete on diagnostics.moments, diagnostics.car_states to servicelane_diagnostics;
