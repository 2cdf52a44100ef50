-- Eighteen at each workshop: eight bays, eight technicians (one in four for high voltage), two loaners.
insert into booking.resources (workshop_id, kind, name, skills)
select workshop_id,
       case when number < 8 then 'bay' when number < 16 then 'technician' else 'loaner' end,
       format('resource-%%s', number),
       case
           when number < 8 or number >= 16 then '{}'::text[]
           when number %% 4 = 0 then '{general,electrical,high_voltage}'
           else '{general,electrical}'
       end
from booking.workshops, generate_series(0, 17) as number
