select claim.resource_id,
       array_agg(floor(date_part('epoch', lower(claim.during)) / 60)::bigint) as start_minutes,
       array_agg(ceil(date_part('epoch', upper(claim.during)) / 60)::bigint) as end_minutes
from booking.claims as claim
where claim.resource_id = any(%(resource_ids)s::bigint[]) and claim.state in ('held', 'confirmed', 'in_service')
  and claim.during && tstzrange(%(from_at)s::timestamptz, %(until_at)s::timestamptz)
group by claim.resource_id
