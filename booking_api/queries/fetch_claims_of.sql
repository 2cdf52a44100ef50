-- By the index that keeps claims from overlapping: a range of one number stands for equality there.
select claim.resource_id,
       array_agg(floor(date_part('epoch', lower(claim.during)) / 60)::bigint) as start_minutes,
       array_agg(ceil(date_part('epoch', upper(claim.during)) / 60)::bigint) as end_minutes
from unnest(%(resource_ids)s::bigint[]) as asked (resource_id)
join booking.claims as claim
  on int8range(claim.resource_id, claim.resource_id, '[]') && int8range(asked.resource_id, asked.resource_id, '[]')
where claim.state in ('held', 'confirmed', 'in_service')
  and claim.during && tstzrange(%(from_at)s::timestamptz, %(until_at)s::timestamptz)
group by claim.resource_id
