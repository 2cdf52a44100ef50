-- One page of the owned cars of which something may have to be told: nothing was said yet at the present urgency, or the
-- latest safe date comes near.
select distinct one.vehicle_id
from planner.recommendations as one
join published.vehicle_owners as owned using (vehicle_id)
where one.vehicle_id > %(after)s
  and (
      coalesce(one.latest_safe_at, one.due_at) <= %(now)s::timestamptz + %(lead)s::interval
      or not exists (
          select from planner.reminder_rungs as climbed
          where climbed.recommendation_id = one.recommendation_id and climbed.owner_id = owned.owner_id
            and climbed.rung = one.urgency || '/opened'
      )
  )
order by one.vehicle_id
limit %(maximum)s
