insert into booking.workshops (
    workshop_id, name, address, city, latitude_deg, longitude_deg, time_zone, notice_minutes, horizon_days, brands
) values (
    %(workshop_id)s, %(name)s, %(address)s, %(city)s, %(latitude_deg)s, %(longitude_deg)s, %(time_zone)s,
    %(notice_minutes)s, %(horizon_days)s, %(brands)s
)
on conflict (workshop_id) do update
set name = excluded.name, address = excluded.address, city = excluded.city, latitude_deg = excluded.latitude_deg,
    longitude_deg = excluded.longitude_deg, time_zone = excluded.time_zone, notice_minutes = excluded.notice_minutes,
    horizon_days = excluded.horizon_days, brands = excluded.brands
