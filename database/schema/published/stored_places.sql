-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.stored_places AS
 SELECT samples.vehicle_id,
    samples.boot_id,
    samples.sequence,
    samples.frame,
    'sample'::text AS source,
    samples.recorded_at,
    samples.received_at,
    samples.stored_at
   FROM telemetry.samples
UNION ALL
 SELECT sample_collisions.vehicle_id,
    sample_collisions.boot_id,
    sample_collisions.sequence,
    sample_collisions.frame,
    'collision'::text AS source,
    sample_collisions.recorded_at,
    sample_collisions.received_at,
    NULL::timestamp with time zone AS stored_at
   FROM telemetry.sample_collisions
UNION ALL
 SELECT events.vehicle_id,
    events.boot_id,
    events.sequence,
    0 AS frame,
    'event'::text AS source,
    events.recorded_at,
    events.received_at,
    events.stored_at
   FROM telemetry.events
UNION ALL
 SELECT dtc_reports.vehicle_id,
    dtc_reports.boot_id,
    dtc_reports.sequence,
    0 AS frame,
    'dtc_report'::text AS source,
    dtc_reports.recorded_at,
    dtc_reports.received_at,
    dtc_reports.stored_at
   FROM telemetry.dtc_reports
UNION ALL
 SELECT command_results.vehicle_id,
    command_results.boot_id,
    command_results.sequence,
    0 AS frame,
    'command_result'::text AS source,
    command_results.recorded_at,
    command_results.received_at,
    NULL::timestamp with time zone AS stored_at
   FROM telemetry.command_results;

GRANT SELECT ON TABLE published.stored_places TO servicelane_reader;
