insert into booking.breaks (resource_id, weekday, starts, ends)
select resource_id, %(weekday)s, %(starts)s, %(ends)s
from booking.resources
where workshop_id = %(workshop_id)s and name = %(name)s
