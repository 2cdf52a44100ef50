-- What comes next in each of the partitions, as far as no transaction that still runs can put anything before it.
select partition, transaction_id::text as transaction_id, id, key, value, headers::text as headers,
       appended_at
from (
    select record.*, sum(octet_length(record.value)) over (order by record.transaction_id, record.id) as bytes_so_far
    from unnest(%(partitions)s::smallint[], %(transaction_ids)s::xid8[], %(ids)s::bigint[])
        as place (partition, transaction_id, id)
    cross join lateral (
        select next.*
        from streaming.records as next
        where next.topic = %(topic)s
          and next.partition = place.partition
          and (next.transaction_id, next.id) > (place.transaction_id, place.id)
          and next.transaction_id < (
              select streaming.readable_below(streaming.member_lock(%(group)s::text, %(group_topics)s::text[]))
          )
        order by next.transaction_id, next.id
        limit %(maximum)s
    ) as record
) as summed
where bytes_so_far - octet_length(value) < %(maximum_bytes)s
order by summed.transaction_id, summed.id
