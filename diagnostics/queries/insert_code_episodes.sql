insert into diagnostics.code_episodes
    (vehicle_id, ecu, code, first_seen_at, last_seen_at, status, confirmed_at, healed_at, ended_at, occurrences, recurred,
     mil, severity, titles, freeze_frame, transitions, system, code_number, raised_at, ended_by, permanent_at,
     permanent_ended_at, verified_at, relapses, lamps, fault_detection_counter, first_freeze_frame, last_freeze_frame,
     last_failed_at, event_id, suppressed_by, suppression_reasons)
select vehicle_id, ecu, code, first_seen_at, last_seen_at, status, confirmed_at, healed_at, ended_at, occurrences, recurred,
       mil, severity, titles, freeze_frame, transitions, system, code_number, raised_at, ended_by, permanent_at,
       permanent_ended_at, verified_at, relapses, lamps, fault_detection_counter, first_freeze_frame, last_freeze_frame,
       last_failed_at, event_id, suppressed_by, suppression_reasons
from jsonb_populate_recordset(null::diagnostics.code_episodes, %(rows)s::jsonb)
