select vehicle_id, ecu, code, first_seen_at, last_seen_at, status, confirmed_at, healed_at, ended_at, occurrences, recurred,
       mil, severity, titles, freeze_frame, transitions, system, code_number, raised_at, ended_by, permanent_at,
       permanent_ended_at, verified_at, relapses, lamps, fault_detection_counter, first_freeze_frame, last_freeze_frame,
       last_failed_at, event_id, suppressed_by, suppression_reasons
from diagnostics.code_episodes
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id, first_seen_at, ecu collate "C", code collate "C"
