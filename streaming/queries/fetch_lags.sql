select place.group_name, count(record.id) as records
from streaming.offsets as place
left join streaming.records as record
    on record.topic = place.topic
   and record.partition = place.partition
   and (record.transaction_id, record.id) > (place.transaction_id, place.id)
group by place.group_name
order by place.group_name
