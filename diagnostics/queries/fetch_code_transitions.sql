select vehicle_id, ecu, code, at, bit, is_set
from diagnostics.code_transitions
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id, ecu collate "C", code collate "C", at, bit
