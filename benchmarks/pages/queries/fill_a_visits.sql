-- A year of visits, one a quarter, and one of every tenth car to come within the next days.
insert into booking.bookings (
    booking_id, vehicle_id, owner_id, workshop_id, starts_at, ends_at, time_zone, status, work
)
select gen_random_uuid(), owned.vehicle_id, owned.owner_id, format('workshop-%%s', 1 + owned.vehicle_id %% 20), starts_at,
       starts_at + interval '1 hour', 'Europe/Berlin', case when number < 0 then 'booked' else 'verified' end,
       '[{"code": "inspection", "minutes": 60, "skill": null}]'
from vehicles.ownerships as owned
cross join generate_series(-1, 3) as number
cross join lateral (
    select date_trunc('hour', %(now)s::timestamptz)
           + case when number < 0 then interval '1 day' * (owned.vehicle_id %% 5) + interval '2 hours'
                  else -(number * 90 + 20) * interval '1 day' end as starts_at
) as at
where number >= 0 or owned.vehicle_id %% 10 = 1
