-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.latest_state AS
 SELECT vehicle_id,
    last_recorded_at,
    last_received_at,
    clock_quality,
    COALESCE(( SELECT jsonb_object_agg(told.name, jsonb_build_object('value', told.value, 'recorded_at', to_char((to_timestamp((((told.at_ms)::numeric / 1000.0))::double precision) AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'::text))) AS jsonb_object_agg
           FROM ( SELECT signal.name,
                    (signal.entry -> 0) AS value,
                    ((signal.entry ->> 1))::bigint AS at_ms
                   FROM jsonb_each(latest_state.signals) signal(name, entry)
                UNION ALL
                 SELECT known.name,
                        CASE
                            WHEN known.is_boolean THEN to_jsonb((number.value <> (0)::double precision))
                            ELSE to_jsonb(number.value)
                        END AS to_jsonb,
                    number.at_ms
                   FROM (UNNEST(latest_state.signal_ids, latest_state.signal_values, latest_state.signal_at_ms) number(signal_id, value, at_ms)
                     JOIN telemetry.number_signals known USING (signal_id))) told), '{}'::jsonb) AS "values"
   FROM telemetry.latest_state;

GRANT SELECT ON TABLE published.latest_state TO servicelane_reader;
