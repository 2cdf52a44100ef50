-- Heard when the transaction commits.
select pg_notify(%(channel)s, topic)
from unnest(%(topics)s::text[]) as topic
