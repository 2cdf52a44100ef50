select vehicle_id, extract(epoch from recorded_at)::float8 as at_s, ecu, complete, cleared, codes, system, scope, status_mask,
       lamps, boot_number, boot_id::text as boot_id, sequence
from published.code_reports
where vehicle_id = any(%(vehicle_ids)s)
order by vehicle_id, recorded_at, boot_number, boot_id, sequence
