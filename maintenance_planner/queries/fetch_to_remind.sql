-- What is open on these cars and in no visit to come, with its owner and what was said of it.
select one.vehicle_id, owned.owner_id, one.recommendation_id, one.urgency, one.titles,
       coalesce(one.latest_safe_at, one.due_at) as safe_until,
       concat_ws(' ', vehicle.make, vehicle.model) as car,
       contact.email is not null as has_email,
       array(
           select climbed.rung from planner.reminder_rungs as climbed
           where climbed.recommendation_id = one.recommendation_id and climbed.owner_id = owned.owner_id
       ) as climbed,
       (
           select max(told.made_at) from planner.reminders as told
           where told.vehicle_id = one.vehicle_id and told.owner_id = owned.owner_id
       ) as last_reminded_at
from planner.recommendations as one
join published.vehicle_owners as owned using (vehicle_id)
join published.vehicles as vehicle using (vehicle_id)
left join published.owner_contacts as contact using (owner_id)
where one.vehicle_id = any(%(vehicle_ids)s)
  and not exists (
      select from published.bookings as visit
      where visit.vehicle_id = one.vehicle_id and visit.ends_at > %(now)s
        and visit.status not in ('held', 'cancelled', 'missed', 'expired')
        and one.recommendation_id = any(visit.recommendation_ids)
  )
order by one.vehicle_id, one.urgency desc, one.recommendation_id
