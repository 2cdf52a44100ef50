insert into booking.workshops (
    workshop_id, name, address, city, latitude_deg, longitude_deg, time_zone, notice_minutes, horizon_days, brands,
    daily_visits, daily_minutes, parts_lead_days, mobile_radius_km, mobile_travel_minutes,
    change_notice_minutes
) values (
    %(workshop_id)s, %(name)s, %(address)s, %(city)s, %(latitude_deg)s, %(longitude_deg)s, %(time_zone)s,
    %(notice_minutes)s, %(horizon_days)s, %(brands)s, %(daily_visits)s, %(daily_minutes)s, %(parts_lead_days)s,
    %(mobile_radius_km)s, %(mobile_travel_minutes)s, %(change_notice_minutes)s
)
on conflict (workshop_id) do update
set name = excluded.name, address = excluded.address, city = excluded.city, latitude_deg = excluded.latitude_deg,
    longitude_deg = excluded.longitude_deg, time_zone = excluded.time_zone, notice_minutes = excluded.notice_minutes,
    horizon_days = excluded.horizon_days, brands = excluded.brands, daily_visits = excluded.daily_visits,
    daily_minutes = excluded.daily_minutes, parts_lead_days = excluded.parts_lead_days,
    mobile_radius_km = excluded.mobile_radius_km, mobile_travel_minutes = excluded.mobile_travel_minutes,
    change_notice_minutes = excluded.change_notice_minutes
