-- Of each partition the oldest records that every registered group has handled, as far as they are older than wanted. A
-- topic that no group reads has no row in offsets and keeps everything.
with reached as (
    select distinct on (topic, partition) topic, partition, transaction_id, id
    from streaming.offsets
    order by topic, partition, transaction_id, id
), old as (
    select oldest.*
    from reached
    cross join lateral (
        select record.topic, record.partition, record.transaction_id, record.id, record.appended_at
        from streaming.records as record
        where record.topic = reached.topic
          and record.partition = reached.partition
          and (record.transaction_id, record.id) <= (reached.transaction_id, reached.id)
        order by record.transaction_id, record.id
        limit %(maximum)s
    ) as oldest
    where oldest.appended_at < %(before)s
), deleted as (
    delete from streaming.records as record
    using old
    where record.topic = old.topic
      and record.partition = old.partition
      and record.transaction_id = old.transaction_id
      and record.id = old.id
    returning record.topic
)
select topic, count(*) as records
from deleted
group by topic
