insert into booking.opening_hours (workshop_id, weekday, opens, closes)
select workshop_id, weekday, '08:00', '18:00' from booking.workshops, generate_series(0, 5) as weekday
