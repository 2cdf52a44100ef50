-- Topics with records that no group is registered for. Jumps from topic to topic along the index.
with recursive found (topic) as (
    (select topic from streaming.records order by topic limit 1)
    union all
    select (select record.topic from streaming.records as record where record.topic > found.topic
            order by record.topic limit 1)
    from found
    where found.topic is not null
)
select topic
from found
where topic is not null
  and not exists (select from streaming.offsets as place where place.topic = found.topic)
