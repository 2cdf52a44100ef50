-- The newest instant that the car has told of: the car's own now.
select max(recorded_at) as newest_at
from (
    select max(recorded_at) as recorded_at from published.samples where vehicle_id = %(vehicle_id)s
    union all
    select max(recorded_at) from published.events where vehicle_id = %(vehicle_id)s
    union all
    select max(recorded_at) from published.dtc_reports where vehicle_id = %(vehicle_id)s
) as instants
