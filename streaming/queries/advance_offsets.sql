update streaming.offsets as place
set transaction_id = reached.transaction_id, id = reached.id, handled_at = clock_timestamp()
from unnest(%(partitions)s::smallint[], %(transaction_ids)s::xid8[], %(ids)s::bigint[])
    as reached (partition, transaction_id, id)
where place.group_name = %(group)s
  and place.topic = %(topic)s
  and place.partition = reached.partition
