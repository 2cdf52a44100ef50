-- Only from where this transaction began to read: a member that locks in another way is noticed, not overwritten.
update streaming.offsets as place
set transaction_id = reached.transaction_id, id = reached.id, handled_at = clock_timestamp()
from unnest(%(partitions)s::smallint[], %(transaction_ids)s::xid8[], %(ids)s::bigint[],
            %(from_transaction_ids)s::xid8[], %(from_ids)s::bigint[])
    as reached (partition, transaction_id, id, from_transaction_id, from_id)
where place.group_name = %(group)s
  and place.topic = %(topic)s
  and place.partition = reached.partition
  and (place.transaction_id, place.id) = (reached.from_transaction_id, reached.from_id)
returning place.partition
