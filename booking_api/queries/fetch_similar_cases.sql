-- What workshops have confirmed of other faults with a symptom in common, by cause: how often, how often on this model,
-- and of the visits that were closed with it how many held by the car's own data and how many came back.
select confirmed.cause, count(*)::integer as repairs,
       count(*) filter (where vehicle.make = %(make)s::text and vehicle.model = %(model)s::text)::integer as same_model,
       count(*) filter (where visit.status = 'verified')::integer as held,
       count(*) filter (where visit.status = 'came_back')::integer as came_back,
       max(confirmed.told_at) as last_at
from published.confirmed_causes as confirmed
join published.vehicles as vehicle using (vehicle_id)
left join lateral (
    select booking.status
    from booking.bookings as booking
    where booking.vehicle_id = confirmed.vehicle_id
      and booking.causes @> jsonb_build_array(
          jsonb_build_object('fault_id', confirmed.isolation_id::text, 'cause', confirmed.cause))
    order by booking.starts_at desc
    limit 1
) as visit on true
where confirmed.entry_ids && %(entry_ids)s::text[] and confirmed.isolation_id <> %(fault_id)s
group by confirmed.cause
order by same_model desc, repairs desc, confirmed.cause
limit 20
