-- What is taken between two instants, in minutes since 1970, one row per resource: a row per claim costs ten times more.
select resource.workshop_id, claim.resource_id,
       array_agg(floor(date_part('epoch', lower(claim.during)) / 60)::bigint) as start_minutes,
       array_agg(ceil(date_part('epoch', upper(claim.during)) / 60)::bigint) as end_minutes
from booking.claims as claim
join booking.resources as resource using (resource_id)
where claim.state in ('held', 'confirmed', 'in_service')
  and claim.during && tstzrange(%(from_at)s::timestamptz, %(until_at)s::timestamptz)
  and (%(workshop_ids)s::text[] is null or resource.workshop_id = any(%(workshop_ids)s))
group by resource.workshop_id, claim.resource_id
