select workshop_id, code, model, minutes, before_minutes, after_minutes, equipment, mobile
from booking.services
where code = any(%(codes)s::text[]) and (%(workshop_id)s::text is null or workshop_id = %(workshop_id)s)
order by workshop_id, code, model
