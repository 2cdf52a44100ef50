-- The number below which nothing can appear any more in a topic that this group reads. A member of the group that works on a
-- batch appends nothing to these topics (the stream refuses it), so it does not hold the others back: it is known by the
-- partition that it has locked since before it had a number. Both are seen at one instant, for the lock table is read once.
-- It has to be stable: with a snapshot of its own it would count as ended what its caller does not see yet.
create or replace function streaming.readable_below(reading_group text, partitions integer) returns xid8
language sql stable parallel unsafe set search_path = pg_catalog
return coalesce((
    with held as materialized (
        select virtualtransaction, locktype, transactionid, (classid::bigint << 32) | objid::bigint as name
        from pg_locks
        where granted
          and (locktype = 'transactionid' and mode = 'ExclusiveLock'
               or locktype = 'advisory' and objsubid = 1
                  and database = (select oid from pg_database where datname = current_database()))
    ), members as materialized (
        select held.virtualtransaction
        from held
        join generate_series(0, partitions - 1) as number
            on held.name = hashtextextended(concat_ws(' ', 'stream', reading_group, number), 0)
        where held.locktype = 'advisory'
    )
    select min(writing)
    from pg_snapshot_xip(pg_current_snapshot()) as writing
    where not exists (
        select from held
        join members using (virtualtransaction)
        where held.locktype = 'transactionid' and held.transactionid = writing::xid
    )
), pg_snapshot_xmax(pg_current_snapshot()));
