select vehicle_id, event_id, rule, started_at, ended_at, lead_ecu, lead_code, voltage_v, severity, titles, members
from diagnostics.code_events
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id, started_at, event_id
