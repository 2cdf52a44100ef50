-- Everything that is kept and not handled, also what a running transaction still holds back; a group that is not known yet
-- has handled nothing.
select record.topic, count(*) as records
from streaming.records as record
left join streaming.offsets as place
    on place.group_name = %(group)s and place.topic = record.topic and place.partition = record.partition
where record.topic = any(%(topics)s::text[])
  and (place.topic is null or (record.transaction_id, record.id) > (place.transaction_id, place.id))
group by record.topic
