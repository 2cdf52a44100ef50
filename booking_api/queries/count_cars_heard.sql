-- How many cars are enrolled, and how many of them were heard of lately.
select count(*) as enrolled,
       count(*) filter (where state.last_received_at > %(connected_since)s) as connected,
       count(*) filter (where state.last_received_at > %(heard_since)s) as heard,
       count(*) filter (where state.last_received_at is null) as never_heard,
       max(state.last_received_at) as last_received_at
from published.vehicles as vehicle
left join published.latest_state as state using (vehicle_id)
