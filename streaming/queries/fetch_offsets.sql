-- Where a group stands in partitions that this transaction holds: read once they are locked, not by the same statement,
-- whose snapshot may be older than what their last holder committed.
select place.partition, place.transaction_id::text as transaction_id, place.id
from streaming.offsets as place
where place.group_name = %(group)s
  and place.topic = %(topic)s
  and place.partition = any(%(partitions)s::smallint[])
