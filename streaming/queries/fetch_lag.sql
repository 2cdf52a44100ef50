-- Everything that is kept and not handled, also what a running transaction holds back (since when is the last column).
-- A group that is not known yet has handled nothing.
select waiting_topic as topic, sum(waiting.records)::bigint as records, min(waiting.held_back_since) as held_back_since
from unnest(%(topics)s::text[]) as waiting_topic
cross join generate_series(0, %(partitions)s::int - 1) as number
left join streaming.offsets as place
    on place.group_name = %(group)s and place.topic = waiting_topic and place.partition = number
cross join lateral (
    select count(*) as records,
           min(record.appended_at) filter (
               where record.transaction_id >= (
                   select streaming.readable_below(streaming.member_lock(%(group)s::text, %(topics)s::text[]))
               )
           ) as held_back_since
    from streaming.records as record
    where record.topic = waiting_topic
      and record.partition = number
      and (record.transaction_id, record.id) > (coalesce(place.transaction_id, '0'), coalesce(place.id, 0))
) as waiting
group by waiting_topic
