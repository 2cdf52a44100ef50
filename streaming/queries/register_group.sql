-- A new group starts before the oldest record that is kept.
insert into streaming.offsets (group_name, topic, partition)
select %(group)s, topic, partition
from unnest(%(topics)s::text[]) as topic
cross join generate_series(0, %(partitions)s::int - 1) as partition
on conflict do nothing
