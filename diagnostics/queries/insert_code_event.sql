insert into diagnostics.code_events
    (event_id, vehicle_id, rule, started_at, ended_at, lead_ecu, lead_code, voltage_v, severity, titles, members)
values (%(event_id)s, %(vehicle_id)s, %(rule)s, %(started_at)s, %(ended_at)s, %(lead_ecu)s, %(lead_code)s, %(voltage_v)s,
        %(severity)s, %(titles)s, %(members)s)
