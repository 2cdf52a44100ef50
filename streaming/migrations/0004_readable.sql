-- The number below which nothing can appear any more in the topics that a group reads. Members of the group that work on a
-- batch append nothing to these topics (the stream refuses it), so they do not hold each other back. A member is known by a
-- lock of this name, which it has had since before it had a number. Both are seen at one instant: the lock table is read once.
-- It has to be stable: with a snapshot of its own it would count as ended what its caller does not see yet.
create or replace function streaming.readable_below(member_lock bigint) returns xid8
language sql stable parallel unsafe set search_path = pg_catalog
return coalesce((
    with held as materialized (
        select virtualtransaction, locktype, transactionid, (classid::bigint << 32) | objid::bigint as name
        from pg_locks
        where granted
          and (locktype = 'transactionid' and mode = 'ExclusiveLock'
               or locktype = 'advisory' and objsubid = 1
                  and database = (select oid from pg_database where datname = current_database()))
    )
    select min(writing)
    from pg_snapshot_xip(pg_current_snapshot()) as writing
    where not exists (
        select from held as numbered
        join held as member using (virtualtransaction)
        where numbered.locktype = 'transactionid' and numbered.transactionid = writing::xid
          and member.locktype = 'advisory' and member.name = member_lock
    )
), pg_snapshot_xmax(pg_current_snapshot()));

-- The name of the lock of those who read these topics for this group.
create or replace function streaming.member_lock(reading_group text, topics text[]) returns bigint
language sql stable parallel safe set search_path = pg_catalog
return hashtextextended(concat_ws(' ', 'stream member', reading_group, topics), 0);
