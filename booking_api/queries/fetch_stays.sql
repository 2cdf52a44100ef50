-- What is claimed of a workshop's bays, people and equipment over a span of time, each claim with its visit.
select claim.resource_id, claim.booking_id, lower(claim.during) as from_at, upper(claim.during) as until_at
from booking.claims as claim
join booking.resources as resource using (resource_id)
where resource.workshop_id = %(workshop_id)s and claim.state in ('held', 'confirmed', 'in_service')
  and claim.during && tstzrange(%(from_at)s::timestamptz, %(until_at)s::timestamptz)
order by lower(claim.during), claim.claim_id
limit 2000
