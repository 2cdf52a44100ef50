-- unnest gives its rows in order, and the identity numbers them as they come.
with appended as (
    insert into streaming.records (topic, partition, key, value, headers)
    select topic, partition, key, value, headers::jsonb
    from unnest(
        %(topics)s::text[], %(partitions)s::smallint[], %(keys)s::text[], %(values)b::bytea[], %(headers)s::text[]
    ) as record (topic, partition, key, value, headers)
)
select pg_notify(%(channel)s, topic)
from (select distinct topic from unnest(%(topics)s::text[]) as topic) as named
