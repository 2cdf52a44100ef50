-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.readiness AS
 SELECT vehicle_id,
    recorded_at,
    ecu,
    mil_on,
    confirmed_codes,
    supported,
    incomplete,
    warm_ups_since_clear,
    distance_since_clear_km,
    previous_at,
    COALESCE(((warm_ups_since_clear < previous_warm_ups) OR (distance_since_clear_km < previous_distance_km)), false) AS cleared_since_previous,
    ((NOT mil_on) AND (cardinality(incomplete) <= 1)) AS passes_inspection
   FROM ( SELECT told.vehicle_id,
            told.recorded_at,
            told.boot_number,
            told.boot_id,
            told.sequence,
            told.ecu,
            told.mil_on,
            told.confirmed_codes,
            told.supported,
            told.incomplete,
            told.warm_ups_since_clear,
            told.distance_since_clear_km,
            lag(told.recorded_at) OVER by_unit AS previous_at,
            lag(told.warm_ups_since_clear) OVER by_unit AS previous_warm_ups,
            lag(told.distance_since_clear_km) OVER by_unit AS previous_distance_km
           FROM ( SELECT events.vehicle_id,
                    events.recorded_at,
                    events.boot_number,
                    events.boot_id,
                    events.sequence,
                    COALESCE((events.details ->> 'ecu'::text), ''::text) AS ecu,
                    ((events.details ->> 'mil_on'::text))::boolean AS mil_on,
                    ((events.details ->> 'confirmed_codes'::text))::bigint AS confirmed_codes,
                    ARRAY( SELECT jsonb_array_elements_text(COALESCE((events.details -> 'supported'::text), '[]'::jsonb)) AS jsonb_array_elements_text) AS supported,
                    ARRAY( SELECT jsonb_array_elements_text(COALESCE((events.details -> 'incomplete'::text), '[]'::jsonb)) AS jsonb_array_elements_text) AS incomplete,
                    ((events.details ->> 'warm_ups_since_clear'::text))::bigint AS warm_ups_since_clear,
                    ((events.details ->> 'distance_since_clear_km'::text))::double precision AS distance_since_clear_km
                   FROM published.events
                  WHERE (events.kind = 'readiness'::text)) told
          WINDOW by_unit AS (PARTITION BY told.vehicle_id, told.ecu ORDER BY told.recorded_at, told.boot_number, told.boot_id, told.sequence)) compared;

GRANT SELECT ON TABLE published.readiness TO servicelane_reader;
