insert into diagnostics.code_events
    (event_id, vehicle_id, rule, started_at, ended_at, lead_ecu, lead_code, voltage_v, severity, titles, members)
select event_id, vehicle_id, rule, started_at, ended_at, lead_ecu, lead_code, voltage_v, severity, titles, members
from jsonb_populate_recordset(null::diagnostics.code_events, %(rows)s::jsonb)
