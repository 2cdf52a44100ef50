-- What is taken between two instants, in minutes since 1970.
select resource.workshop_id, claim.resource_id,
       floor(extract(epoch from lower(claim.during)) / 60)::bigint as start_minute,
       ceil(extract(epoch from upper(claim.during)) / 60)::bigint as end_minute
from booking.claims as claim
join booking.resources as resource using (resource_id)
where claim.state in ('held', 'confirmed', 'in_service')
  and claim.during && tstzrange(%(from_at)s::timestamptz, %(until_at)s::timestamptz)
  and (%(workshop_id)s::text is null or resource.workshop_id = %(workshop_id)s)
