-- Partitions of one topic that have something to read and of which no other member holds anything, to the end of the
-- transaction. The lock is one of a name: to lock a row would give the transaction a number, and one with a number holds back
-- every reader of the stream. It holds a partition of all topics: what different topics say of a key, a handler writes into
-- the same rows, and members would wait for each other in the middle of their transactions.
-- The first lock names the member, for streaming.readable_below.
with member as materialized (
    select pg_advisory_xact_lock_shared(streaming.member_lock(%(group)s::text, %(group_topics)s::text[]))
), waiting as materialized (
    select place.topic, place.partition
    from streaming.offsets as place
    where exists (select from member)
      and place.group_name = %(group)s
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
            and record.transaction_id < (
                select streaming.readable_below(streaming.member_lock(%(group)s::text, %(group_topics)s::text[]))
            )
      )
    order by place.handled_at, place.topic, place.partition
), first as materialized (
    select topic, partition
    from waiting
    where pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', 'stream', %(group)s::text, partition), 0))
    limit 1
), of_its_topic as materialized ( -- by itself: else partitions of other topics would be locked before they are left out
    select waiting.topic, waiting.partition
    from first
    join waiting on waiting.topic = first.topic and waiting.partition <> first.partition
), others as materialized (
    select topic, partition
    from of_its_topic
    where pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', 'stream', %(group)s::text, partition), 0))
    limit %(maximum)s - 1
)
select topic, partition from first
union all
select topic, partition from others
