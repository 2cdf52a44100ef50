-- For retention: what is old is found by these indexes. Samples, positions and aggregates are looked through car by car.
create index if not exists events_by_recording on telemetry.events (recorded_at);
create index if not exists dtc_reports_by_recording on telemetry.dtc_reports (recorded_at);
create index if not exists command_results_by_recording on telemetry.command_results (recorded_at);
create index if not exists drops_by_recording on telemetry.drops (to_recorded_at);
create index if not exists sample_collisions_by_recording on telemetry.sample_collisions (recorded_at);
