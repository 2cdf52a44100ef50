-- On a square grid of 5 km with Berlin's east in the middle, so that all of 200 lie within 55 km of the car.
insert into booking.workshops (
    workshop_id, name, address, city, latitude_deg, longitude_deg, time_zone, notice_minutes, horizon_days
)
select format('workshop-%%s', number), format('Workshop %%s', number), 'Example Street 1', 'Exampletown',
       52.55 + 0.045 * (number / side - side / 2), 13.6 + 0.074 * (number %% side - side / 2), 'Europe/Berlin', 60, 60
from generate_series(0, %(workshops)s::integer - 1) as number,
     (select ceil(sqrt(%(workshops)s::integer))::integer as side) as grid
