insert into booking.services (workshop_id, code, model, minutes, before_minutes, after_minutes, equipment, mobile)
values (
    %(workshop_id)s, %(code)s, %(model)s, %(minutes)s, %(before_minutes)s, %(after_minutes)s, %(equipment)s, %(mobile)s
)
