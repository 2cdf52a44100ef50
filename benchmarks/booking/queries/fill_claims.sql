-- One booking for each workshop stands for all its claims (cancelled, for one car is at one place). Of every bay and
-- technician seven hours in ten are taken, in visits of two hours, with gaps at different hours.
with booked as (
    insert into booking.bookings (
        booking_id, vehicle_id, workshop_id, starts_at, ends_at, time_zone, status, work
    )
    select gen_random_uuid(), (select min(vehicle_id) from vehicles.vehicles), workshop_id, %(now)s::timestamptz - interval '1 day',
           %(now)s::timestamptz - interval '23 hours', time_zone, 'cancelled', '[]'
    from booking.workshops
    returning booking_id, workshop_id
)
insert into booking.claims (resource_id, booking_id, during, state)
select resource.resource_id, booked.booking_id, tstzrange(hour, hour + interval '2 hours'), 'confirmed'
from booked
join booking.resources as resource using (workshop_id),
     generate_series(
         date_trunc('day', %(now)s::timestamptz) + interval '6 hours',
         date_trunc('day', %(now)s::timestamptz) + make_interval(days => %(days)s::integer), interval '2 hours') as hour
where resource.kind <> 'loaner' and extract(hour from hour) between 6 and 17 and extract(isodow from hour) < 7
  and (extract(hour from hour)::integer / 2 * 7 + resource.resource_id * 3 + extract(day from hour)::integer) %% 10 < 7
