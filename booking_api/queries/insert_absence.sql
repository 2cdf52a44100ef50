insert into booking.absences (resource_id, during)
select resource_id, tstzrange(%(from_at)s::timestamptz, %(until_at)s::timestamptz)
from booking.resources
where workshop_id = %(workshop_id)s and name = %(name)s
on conflict do nothing
