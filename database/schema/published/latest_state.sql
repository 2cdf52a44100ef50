-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.latest_state AS
 SELECT vehicle_id,
    last_recorded_at,
    last_received_at,
    clock_quality,
    COALESCE(( SELECT jsonb_object_agg(signal.name, jsonb_build_object('value', (signal.entry -> 0), 'recorded_at', to_char((to_timestamp((((((signal.entry ->> 1))::bigint)::numeric / 1000.0))::double precision) AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'::text))) AS jsonb_object_agg
           FROM jsonb_each(latest_state.signals) signal(name, entry)), '{}'::jsonb) AS "values"
   FROM telemetry.latest_state;

GRANT SELECT ON TABLE published.latest_state TO servicelane_reader;
