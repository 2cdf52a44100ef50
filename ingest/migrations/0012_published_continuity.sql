-- What had arrived before continuity was kept: without it, a boot that goes on over the upgrade would look full of gaps.
insert into telemetry.continuity
    (vehicle_id, boot_id, boot_number, stored, first_recorded_at, last_recorded_at, last_received_at, least_delay_seconds)
select vehicle_id, boot_id, max(boot_number), range_agg(int8range(sequence, nullif(sequence, 9223372036854775807) + 1)),
       min(recorded_at), max(recorded_at), max(received_at), min(extract(epoch from received_at - recorded_at))
from (
    select vehicle_id, boot_id, boot_number, sequence, recorded_at, received_at from telemetry.samples
    union all
    select vehicle_id, boot_id, boot_number, sequence, recorded_at, received_at from telemetry.sample_collisions
    union all
    select vehicle_id, boot_id, boot_number, sequence, recorded_at, received_at from telemetry.events
    union all
    select vehicle_id, boot_id, boot_number, sequence, recorded_at, received_at from telemetry.dtc_reports
    union all
    select vehicle_id, boot_id, 0, sequence, recorded_at, received_at from telemetry.command_results
) as known
group by vehicle_id, boot_id
on conflict (vehicle_id, boot_id) do nothing;

update telemetry.continuity as known
set set_aside = known.set_aside + kept.numbers
from (
    select vehicle.vehicle_id, quarantine.boot_id,
           range_agg(int8range(sequence, nullif(sequence, 9223372036854775807) + 1)) as numbers
    from telemetry.quarantine
    join published.vehicles as vehicle using (vin)
    where boot_id is not null and sequence > 0 and disposition <> 'stored'
    group by vehicle.vehicle_id, quarantine.boot_id
) as kept
where kept.vehicle_id = known.vehicle_id and kept.boot_id = known.boot_id and not known.set_aside @> kept.numbers;

-- What operators ask: what of a car has arrived, what is missing, and where one message is.

-- Per boot. `missing` lies below the highest sequence that arrived; what a car sent after that and has not come through yet
-- cannot be seen from here. `least_delay_seconds` is the shortest time from recording to arrival: as much as the car's clock
-- is behind (or, below zero, ahead), as far as the way itself was short.
create or replace view published.continuity as
select vehicle_id, boot_id, boot_number, known_from, stored, set_aside, highest_sequence, missing,
       (select coalesce(sum(upper(gap) - lower(gap)), 0) from unnest(missing) as gap)::bigint as missing_messages,
       repeats, first_recorded_at, last_recorded_at, last_received_at, least_delay_seconds,
       boot_number = max(boot_number) over (partition by vehicle_id) as is_newest_boot,
       coalesce(bool_or(not isempty(missing)) over (
           partition by vehicle_id order by boot_number range between unbounded preceding and 1 preceding
       ), false) as older_boots_have_gaps
from (
    select known.*,
           coalesce(upper(stored + set_aside) - 1, 9223372036854775807) as highest_sequence,
           int8multirange(int8range(known_from, upper(stored + set_aside))) - stored - set_aside as missing
    from telemetry.continuity as known
) as seen;

-- What a car reports to have given up: its buffer was full, or somebody emptied it.
create or replace view published.drops as
select vehicle_id, boot_id, sequence, position, reason, priority, frames, from_recorded_at, to_recorded_at
from telemetry.drops;

-- Where each frame is, with its three instants as far as the place keeps them. Ask for a span of `recorded_at` besides: the
-- samples are found by instant.
create or replace view published.stored_places as
select vehicle_id, boot_id, sequence, frame, 'sample' as source, recorded_at, received_at, stored_at
from telemetry.samples
union all
select vehicle_id, boot_id, sequence, frame, 'collision', recorded_at, received_at, null
from telemetry.sample_collisions
union all
select vehicle_id, boot_id, sequence, 0, 'event', recorded_at, received_at, stored_at from telemetry.events
union all
select vehicle_id, boot_id, sequence, 0, 'dtc_report', recorded_at, received_at, stored_at from telemetry.dtc_reports
union all
select vehicle_id, boot_id, sequence, 0, 'command_result', recorded_at, received_at, null
from telemetry.command_results;

grant select on published.continuity, published.drops, published.stored_places to servicelane_reader;
