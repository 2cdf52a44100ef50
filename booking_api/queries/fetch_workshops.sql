-- Workshops with everything their schedule is made of, hours in minutes of the wall clock.
select workshop.workshop_id, workshop.name, workshop.address, workshop.city, workshop.latitude_deg,
       workshop.longitude_deg, workshop.time_zone, workshop.notice_minutes, workshop.horizon_days, workshop.brands,
       array(
           select jsonb_build_array(
               hours.weekday, extract(epoch from hours.opens)::integer / 60, extract(epoch from hours.closes)::integer / 60)
           from booking.opening_hours as hours
           where hours.workshop_id = workshop.workshop_id
           order by hours.weekday, hours.opens
       ) as hours,
       array(
           select closed.closed_on from booking.closed_days as closed
           where closed.workshop_id = workshop.workshop_id
       ) as closed_on,
       array(
           select jsonb_build_object(
               'resource_id', resource.resource_id, 'kind', resource.kind, 'name', resource.name,
               'skills', resource.skills)
           from booking.resources as resource
           where resource.workshop_id = workshop.workshop_id
           order by resource.resource_id
       ) as resources
from booking.workshops as workshop
where %(workshop_id)s::text is null or workshop.workshop_id = %(workshop_id)s
order by workshop.workshop_id
