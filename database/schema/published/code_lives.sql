-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.code_lives AS
 SELECT episode.vehicle_id,
    episode.ecu,
    episode.code,
    episode.status,
    episode.first_seen_at,
    episode.last_seen_at,
    episode.confirmed_at,
    episode.healed_at,
    episode.ended_at,
    episode.occurrences,
    episode.recurred,
    episode.mil,
    episode.severity,
    episode.titles,
    episode.freeze_frame,
    episode.transitions,
    episode.system,
    episode.code_number,
    episode.raised_at,
        CASE
            WHEN (episode.ended_by <> 'memory'::text) THEN episode.ended_by
            WHEN (cycles.warm_up_cycles >= 40) THEN 'ageing'::text
            WHEN (EXISTS ( SELECT
               FROM published.readiness told
              WHERE ((told.vehicle_id = episode.vehicle_id) AND told.cleared_since_previous AND (told.recorded_at > episode.last_seen_at) AND (told.previous_at < episode.ended_at)))) THEN 'tester'::text
            ELSE episode.ended_by
        END AS ended_by,
    episode.permanent_at,
    episode.permanent_ended_at,
    episode.verified_at,
    episode.relapses,
    episode.lamps,
    episode.fault_detection_counter,
    episode.first_freeze_frame,
    episode.last_freeze_frame,
    ((episode.permanent_at IS NOT NULL) AND (episode.permanent_ended_at IS NULL) AND (NOT episode.mil)) AS repair_unverified,
    episode.last_failed_at,
    cycles.driving_cycles,
    cycles.clean_driving_cycles,
    cycles.warm_up_cycles,
    episode.event_id,
    episode.suppressed_by,
    episode.suppression_reasons
   FROM (diagnostics.code_episodes episode
     CROSS JOIN LATERAL ( SELECT (count(*))::integer AS driving_cycles,
            (count(*) FILTER (WHERE (cycle.started_at > COALESCE(episode.last_failed_at, episode.first_seen_at))))::integer AS clean_driving_cycles,
            (count(*) FILTER (WHERE ((cycle.started_at >= episode.healed_at) AND ((cycle.warmest_c - cycle.coldest_c) >= (22)::double precision) AND (cycle.warmest_c >= (cycle.warm_c)::double precision))))::integer AS warm_up_cycles
           FROM ( SELECT trip.started_at,
                    ((trip.features ->> 'coolant_start_c'::text))::double precision AS coldest_c,
                    ((trip.features ->> 'coolant_highest_c'::text))::double precision AS warmest_c,
                        CASE
                            WHEN (vehicle.drivetrain = 'diesel'::text) THEN 60
                            ELSE 71
                        END AS warm_c
                   FROM (diagnostics.trips trip
                     JOIN published.vehicles vehicle ON ((vehicle.vehicle_id = trip.vehicle_id)))
                  WHERE ((trip.vehicle_id = episode.vehicle_id) AND (trip.started_at >= episode.first_seen_at) AND (trip.started_at < COALESCE(episode.ended_at, 'infinity'::timestamp with time zone)) AND (trip.ended_at >= (trip.started_at + '00:02:00'::interval)))) cycle) cycles);

GRANT SELECT ON TABLE published.code_lives TO servicelane_reader;
