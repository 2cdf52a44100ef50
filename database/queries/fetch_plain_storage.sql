-- Tables with their indexes; estimates of the rows are the server's, from its last vacuum or analyze.
select c.oid::regclass::text as name, 'table' as kind, pg_total_relation_size(c.oid) as bytes,
       greatest(c.reltuples, 0)::bigint as about_rows, null::bigint as chunks, null::bigint as packed_chunks,
       null::interval as kept
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'r'
  and n.nspname !~ '^(pg_|_timescaledb)'
  and n.nspname not in ('information_schema', 'public')
order by bytes desc, name
