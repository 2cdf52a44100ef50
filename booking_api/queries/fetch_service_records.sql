select item, performed_on, odometer_km, source, note
from published.service_records
where vehicle_id = %(vehicle_id)s
order by performed_on desc, item
limit 1000
