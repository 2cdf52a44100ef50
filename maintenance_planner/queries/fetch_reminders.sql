-- Those that were shown in the app, of cars that are still the owner's, the latest first.
select one.reminder_id, vehicle.vin, one.urgency, one.made_at, one.texts, one.read_at
from planner.reminders as one
join planner.reminder_deliveries as shown
    on shown.reminder_id = one.reminder_id and shown.channel = 'in_app' and shown.state = 'sent'
join published.vehicle_owners as owned on owned.vehicle_id = one.vehicle_id and owned.owner_id = one.owner_id
join published.vehicles as vehicle on vehicle.vehicle_id = one.vehicle_id
where one.owner_id = %(owner_id)s and (not %(unread)s::boolean or one.read_at is null)
  and (%(reminder_id)s::uuid is null or one.reminder_id = %(reminder_id)s)
order by one.made_at desc, one.reminder_id
limit %(maximum)s
