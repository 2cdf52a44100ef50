select vehicle_id, extract(epoch from recorded_at)::float8 as at_s, ecu, complete, cleared, codes, system, scope, status_mask,
       lamps, boot_number, boot_id::text as boot_id, sequence
from unnest(%(vehicle_ids)s::bigint[], %(after_s)s::float8[]) as asked (vehicle_id, after_s)
join published.code_reports as report using (vehicle_id)
where report.recorded_at > to_timestamp(asked.after_s)
order by vehicle_id, recorded_at, boot_number, boot_id, sequence
