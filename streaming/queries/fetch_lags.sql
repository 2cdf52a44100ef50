select place.group_name, sum(waiting.records)::bigint as records
from streaming.offsets as place
cross join lateral (
    select count(*) as records
    from streaming.records as record
    where record.topic = place.topic
      and record.partition = place.partition
      and (record.transaction_id, record.id) > (place.transaction_id, place.id)
) as waiting
group by place.group_name
order by place.group_name
