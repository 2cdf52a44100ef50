insert into booking.workshops (
    workshop_id, name, address, city, latitude_deg, longitude_deg, time_zone, notice_minutes, horizon_days
)
select format('workshop-%%s', number), format('Workshop %%s', number), 'Example Street 1', 'Exampletown', 52.5 + 0.02 * number,
       13.4, 'Europe/Berlin', 60, 60
from generate_series(1, 20) as number
