-- The whole life of a code: which system counts it, how it ended, what was frozen, and each bit of its status.
alter table diagnostics.code_episodes add column if not exists system text not null default 'uds';
alter table diagnostics.code_episodes add column if not exists code_number integer;
alter table diagnostics.code_episodes add column if not exists raised_at timestamptz;
alter table diagnostics.code_episodes add column if not exists ended_by text;
alter table diagnostics.code_episodes add column if not exists permanent_at timestamptz;
alter table diagnostics.code_episodes add column if not exists permanent_ended_at timestamptz;
alter table diagnostics.code_episodes add column if not exists verified_at timestamptz;
alter table diagnostics.code_episodes add column if not exists relapses integer not null default 0;
alter table diagnostics.code_episodes add column if not exists lamps jsonb not null default '{}';
alter table diagnostics.code_episodes add column if not exists fault_detection_counter smallint;
alter table diagnostics.code_episodes add column if not exists first_freeze_frame jsonb;
alter table diagnostics.code_episodes add column if not exists last_freeze_frame jsonb;
alter table diagnostics.code_episodes add column if not exists last_failed_at timestamptz;
alter table diagnostics.code_episodes add column if not exists event_id uuid;
alter table diagnostics.code_episodes add column if not exists suppressed_by text;
alter table diagnostics.code_episodes add column if not exists suppression_reasons jsonb;

-- Codes with one cause, as one event.
create table if not exists diagnostics.code_events (
    event_id   uuid        not null primary key,
    vehicle_id bigint      not null,
    rule       text        not null,
    started_at timestamptz not null,
    ended_at   timestamptz,
    lead_ecu   text,
    lead_code  text,
    voltage_v  double precision,
    severity   smallint    not null,
    titles     jsonb       not null,
    members    jsonb       not null
);

create index if not exists code_events_by_vehicle on diagnostics.code_events (vehicle_id, started_at);

-- Each change of each bit of a status byte (ISO 14229-1), also of codes whose test was never failed.
create table if not exists diagnostics.code_transitions (
    vehicle_id  bigint      not null,
    ecu         text        not null,
    code        text        not null,
    at          timestamptz not null,
    bit         smallint    not null check (bit between 0 and 7),
    is_set      boolean     not null,
    primary key (vehicle_id, ecu, code, at, bit)
);

-- What `published.code_episodes` says, and the rest of it.
-- Cycles are those of the trips that are known, until the code ended. A driving cycle is a trip of two minutes or more (closed
-- loop is not on the wire, and is reached by then [default, calibrate]); in a warm-up cycle the coolant rises by 22 °C and
-- reaches 71 °C, with a diesel 60 °C. `driving_cycles` since the code was first seen, `clean_driving_cycles` since its status
-- last became one of a failed test, `warm_up_cycles` since it healed: ECUs erase a code after 40 of those, so one that left the
-- memory by then has `ended_by` ageing.
-- `repair_unverified`: the ECU keeps a permanent record and its lamp is off, so no test has proven the repair yet.
create or replace view published.code_lives as
select vehicle_id, ecu, code, status, first_seen_at, last_seen_at, confirmed_at, healed_at, ended_at, occurrences, recurred,
       mil, severity, titles, freeze_frame, transitions, system, code_number, raised_at,
       case when ended_by = 'memory' and warm_up_cycles >= 40 then 'ageing' else ended_by end as ended_by, permanent_at,
       permanent_ended_at, verified_at, relapses, lamps, fault_detection_counter, first_freeze_frame, last_freeze_frame,
       permanent_at is not null and permanent_ended_at is null and not mil as repair_unverified,
       last_failed_at, driving_cycles, clean_driving_cycles, warm_up_cycles, event_id, suppressed_by, suppression_reasons
from diagnostics.code_episodes as episode
cross join lateral (
    select count(*)::integer as driving_cycles,
           count(*) filter (where started_at > coalesce(last_failed_at, first_seen_at))::integer as clean_driving_cycles,
           count(*) filter (where started_at >= healed_at and warmest_c - coldest_c >= 22 and warmest_c >= warm_c)::integer
               as warm_up_cycles
    from (
        select started_at, (features ->> 'coolant_start_c')::float8 as coldest_c,
               (features ->> 'coolant_highest_c')::float8 as warmest_c,
               case when vehicle.drivetrain = 'diesel' then 60 else 71 end as warm_c
        from diagnostics.trips as trip
        join published.vehicles as vehicle on vehicle.vehicle_id = trip.vehicle_id
        where trip.vehicle_id = episode.vehicle_id and started_at >= first_seen_at
          and started_at < coalesce(episode.ended_at, 'infinity') and trip.ended_at >= started_at + interval '2 minutes'
    ) as cycle
) as cycles;

-- Why a code is no finding of its own, and the event that is told in its place.
create or replace view published.suppressed_codes as
select vehicle_id, ecu, code, first_seen_at, ended_at, suppressed_by as rule, suppression_reasons as reasons, event_id
from diagnostics.code_episodes
where suppressed_by is not null;

-- Codes with one cause, as one event. `members` names ECU, code and first sight of each.
create or replace view published.code_events as
select vehicle_id, event_id, rule, started_at, ended_at, lead_ecu, lead_code, voltage_v, severity, titles, members
from diagnostics.code_events;

create or replace view published.code_transitions as
select vehicle_id, ecu, code, at, bit,
       (array['test_failed', 'test_failed_this_operation_cycle', 'pending', 'confirmed', 'test_not_completed_since_clear',
              'test_failed_since_clear', 'test_not_completed_this_operation_cycle', 'warning_indicator_requested']
       )[bit + 1] as name, is_set
from diagnostics.code_transitions;

grant select, insert, update, delete on diagnostics.code_transitions, diagnostics.code_events to servicelane_diagnostics;
grant select on published.code_lives, published.suppressed_codes, published.code_events, published.code_transitions
    to servicelane_reader;
