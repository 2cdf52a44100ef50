insert into diagnostics.code_episodes
    (vehicle_id, ecu, code, first_seen_at, last_seen_at, status, confirmed_at, healed_at, ended_at, occurrences, recurred,
     mil, severity, titles, freeze_frame, transitions)
values (%(vehicle_id)s, %(ecu)s, %(code)s, %(first_seen_at)s, %(last_seen_at)s, %(status)s, %(confirmed_at)s,
        %(healed_at)s, %(ended_at)s, %(occurrences)s, %(recurred)s, %(mil)s, %(severity)s, %(titles)s, %(freeze_frame)s,
        %(transitions)s)
