-- What of each boot of each car has arrived. Kept by the writer in the transaction of the rows, so it is exact: a message
-- that is in `stored` has its rows, and is known for a repeat before any of it is written again.
create table if not exists telemetry.continuity (
    vehicle_id          bigint         not null,
    boot_id             uuid           not null,
    boot_number         bigint         not null,
    stored              int8multirange not null default '{}',
    set_aside           int8multirange not null default '{}',  -- quarantined or refused; also those driven again since
    known_from          bigint         not null default 1,     -- what lies below has been forgotten, to bound the row
    repeats             bigint         not null default 0,     -- messages that had been stored already
    first_recorded_at   timestamptz,
    last_recorded_at    timestamptz,
    last_received_at    timestamptz    not null,
    least_delay_seconds double precision,  -- the shortest from recording to arrival: about how far the car's clock is behind
    primary key (vehicle_id, boot_id)
) with (fillfactor = 70);

grant select, insert, update on telemetry.continuity to servicelane_ingest;

-- The latest state names the instant of each value by its Unix milliseconds: {"name": [value, milliseconds]}.
update telemetry.latest_state
set signals = (
    select jsonb_object_agg(
        name,
        jsonb_build_array(entry -> 'value', (extract(epoch from (entry ->> 'recorded_at')::timestamptz) * 1000)::bigint)
    )
    from jsonb_each(signals) as signal (name, entry)
)
where exists (select from jsonb_each(signals) as signal (name, entry) where jsonb_typeof(entry) = 'object');

create or replace view published.latest_state as
select vehicle_id, last_recorded_at, last_received_at, clock_quality,
       coalesce((
           select jsonb_object_agg(
               name,
               jsonb_build_object(
                   'value', entry -> 0,
                   'recorded_at', to_char(
                       to_timestamp((entry ->> 1)::bigint / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'
                   )
               )
           )
           from jsonb_each(signals) as signal (name, entry)
       ), '{}') as values
from telemetry.latest_state;
