insert into diagnostics.code_episodes
    (vehicle_id, ecu, code, first_seen_at, last_seen_at, status, confirmed_at, healed_at, ended_at, occurrences, recurred,
     mil, severity, titles, freeze_frame, transitions, system, code_number, raised_at, ended_by, permanent_at,
     permanent_ended_at, verified_at, relapses, lamps, fault_detection_counter, first_freeze_frame, last_freeze_frame,
     last_failed_at, event_id, suppressed_by, suppression_reasons)
values (%(vehicle_id)s, %(ecu)s, %(code)s, %(first_seen_at)s, %(last_seen_at)s, %(status)s, %(confirmed_at)s,
        %(healed_at)s, %(ended_at)s, %(occurrences)s, %(recurred)s, %(mil)s, %(severity)s, %(titles)s, %(freeze_frame)s,
        %(transitions)s, %(system)s, %(code_number)s, %(raised_at)s, %(ended_by)s, %(permanent_at)s,
        %(permanent_ended_at)s, %(verified_at)s, %(relapses)s, %(lamps)s, %(fault_detection_counter)s,
        %(first_freeze_frame)s, %(last_freeze_frame)s, %(last_failed_at)s, %(event_id)s, %(suppressed_by)s,
        %(suppression_reasons)s)
