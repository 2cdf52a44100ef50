insert into diagnostics.code_transitions (vehicle_id, ecu, code, at, bit, is_set)
select vehicle_id, ecu, code, at, bit, is_set
from jsonb_populate_recordset(null::diagnostics.code_transitions, %(rows)s::jsonb)
