-- Partitions that have something to read and that no other member holds. The offsets are read as they are when locked.
select place.topic, place.partition, place.transaction_id::text as transaction_id, place.id
from streaming.offsets as place
where place.group_name = %(group)s
  and place.topic = any(%(topics)s::text[])
  and (%(only_partition)s::smallint is null or place.partition = %(only_partition)s::smallint)
  and (place.topic, place.partition) not in (
      select topic, partition
      from unnest(%(skipped_topics)s::text[], %(skipped_partitions)s::smallint[]) as skipped (topic, partition)
  )
  and exists (
      select from streaming.records as record
      where record.topic = place.topic
        and record.partition = place.partition
        and (record.transaction_id, record.id) > (place.transaction_id, place.id)
        and record.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  )
order by place.handled_at, place.topic, place.partition
limit %(maximum)s
for update of place skip locked
