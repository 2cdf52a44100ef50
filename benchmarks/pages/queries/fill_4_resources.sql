insert into booking.resources (workshop_id, kind, name, skills)
select workshop_id, case when number < 4 then 'bay' else 'technician' end, format('resource-%%s', number),
       case when number < 4 then '{}'::text[] else '{general,electrical}' end
from booking.workshops, generate_series(0, 7) as number
