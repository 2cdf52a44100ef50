select vehicle_id, ecu, code, at, bit, is_set
from unnest(%(vehicle_ids)s::bigint[], %(after_s)s::float8[]) as asked (vehicle_id, after_s)
join diagnostics.code_transitions using (vehicle_id)
where at > to_timestamp(asked.after_s)
order by vehicle_id, ecu collate "C", code collate "C", at, bit
