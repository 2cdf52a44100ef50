-- What was judged, for pictures of the evidence: trips, hours of standing and moments with what they say.
create or replace view published.judged_items as
select vehicle_id, 'trip' as kind, started_at, ended_at as complete_at, features as details
from diagnostics.trips
union all
select vehicle_id, 'parked', recorded_at, recorded_at, features
from diagnostics.parked_readings
union all
select vehicle_id, kind, recorded_at, recorded_at, details
from diagnostics.moments;

grant select on published.judged_items to servicelane_reader;
