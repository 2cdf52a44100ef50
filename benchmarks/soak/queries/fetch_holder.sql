-- The transaction that has been writing for longest: every reader of the stream on PostgreSQL waits for it.
select application_name, extract(epoch from clock_timestamp() - xact_start)::double precision as seconds
  from pg_stat_activity
 where backend_xid is not null and datname = current_database()
 order by xact_start
 limit 1
