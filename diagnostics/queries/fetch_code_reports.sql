select extract(epoch from recorded_at)::float8 as at_s, ecu, complete, cleared, codes
from published.dtc_reports
where vehicle_id = %(vehicle_id)s
order by recorded_at, boot_number, boot_id, sequence
