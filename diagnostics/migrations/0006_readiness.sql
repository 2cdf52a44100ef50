-- Readiness as it was told (OBD mode $01), and what falling counters say: warm-ups or distance since the codes were cleared
-- only fall when somebody clears the memory. An inspection passes one open monitor.
create or replace view published.readiness as
select vehicle_id, recorded_at, ecu, mil_on, confirmed_codes, supported, incomplete, warm_ups_since_clear,
       distance_since_clear_km, previous_at,
       coalesce(warm_ups_since_clear < previous_warm_ups or distance_since_clear_km < previous_distance_km, false)
           as cleared_since_previous,
       not mil_on and cardinality(incomplete) <= 1 as passes_inspection
from (
    select told.*,
           lag(recorded_at) over by_unit as previous_at,
           lag(warm_ups_since_clear) over by_unit as previous_warm_ups,
           lag(distance_since_clear_km) over by_unit as previous_distance_km
    from (
        select vehicle_id, recorded_at, boot_number, boot_id, sequence, coalesce(details ->> 'ecu', '') as ecu,
               (details ->> 'mil_on')::boolean as mil_on, (details ->> 'confirmed_codes')::bigint as confirmed_codes,
               array(select jsonb_array_elements_text(coalesce(details -> 'supported', '[]'))) as supported,
               array(select jsonb_array_elements_text(coalesce(details -> 'incomplete', '[]'))) as incomplete,
               (details ->> 'warm_ups_since_clear')::bigint as warm_ups_since_clear,
               (details ->> 'distance_since_clear_km')::float8 as distance_since_clear_km
        from published.events
        where kind = 'readiness'
    ) as told
    window by_unit as (partition by vehicle_id, ecu order by recorded_at, boot_number, boot_id, sequence)
) as compared;

grant select on published.readiness to servicelane_reader;

-- As before, and a code that left the memory while those counters fell was cleared by a tester.
create or replace view published.code_lives as
select vehicle_id, ecu, code, status, first_seen_at, last_seen_at, confirmed_at, healed_at, ended_at, occurrences, recurred,
       mil, severity, titles, freeze_frame, transitions, system, code_number, raised_at,
       case when ended_by <> 'memory' then ended_by
            when warm_up_cycles >= 40 then 'ageing'
            when exists (
                select from published.readiness as told
                where told.vehicle_id = episode.vehicle_id and told.cleared_since_previous
                  and told.recorded_at > last_seen_at and told.previous_at < episode.ended_at
            ) then 'tester'
            else ended_by
       end as ended_by, permanent_at,
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
