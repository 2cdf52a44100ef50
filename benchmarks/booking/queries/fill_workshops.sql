-- On a grid of 5 km around Berlin, so that as many lie within reach as there are.
insert into booking.workshops (
    workshop_id, name, address, city, latitude_deg, longitude_deg, time_zone, notice_minutes, horizon_days
)
select format('workshop-%%s', number), format('Workshop %%s', number), 'Example Street 1', 'Exampletown',
       52.5 + 0.045 * (number / 50), 13.0 + 0.074 * (number %% 50), 'Europe/Berlin', 60, 60
from generate_series(0, %(workshops)s::integer - 1) as number
