-- Workshops with everything their schedule is made of, hours in minutes of the wall clock. One row of lists per thing:
-- an object per resource costs several times more to read.
select workshop.workshop_id, workshop.name, workshop.address, workshop.city, workshop.latitude_deg,
       workshop.longitude_deg, workshop.time_zone, workshop.notice_minutes, workshop.horizon_days, workshop.brands,
       workshop.daily_visits, workshop.daily_minutes, workshop.parts_lead_days, workshop.mobile_radius_km,
       workshop.mobile_travel_minutes, workshop.version, workshop.change_notice_minutes,
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
           select jsonb_build_array(resource.resource_id, resource.kind, resource.name, resource.skills)
           from booking.resources as resource
           where resource.workshop_id = workshop.workshop_id and resource.active
           order by resource.resource_id
       ) as resources,
       array(
           select jsonb_build_array(
               pause.resource_id, pause.weekday, extract(epoch from pause.starts)::integer / 60,
               extract(epoch from pause.ends)::integer / 60)
           from booking.breaks as pause
           join booking.resources as resource using (resource_id)
           where resource.workshop_id = workshop.workshop_id
           order by pause.resource_id, pause.weekday, pause.starts
       ) as breaks,
       array(
           select jsonb_build_array(
               absence.resource_id, floor(date_part('epoch', lower(absence.during)) / 60)::bigint,
               ceil(date_part('epoch', upper(absence.during)) / 60)::bigint)
           from booking.absences as absence
           join booking.resources as resource using (resource_id)
           where resource.workshop_id = workshop.workshop_id
           order by absence.resource_id, absence.during
       ) as absences
from booking.workshops as workshop
where %(workshop_ids)s::text[] is null or workshop.workshop_id = any(%(workshop_ids)s)
order by workshop.workshop_id
