-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION streaming.readable_below(member_lock bigint) RETURNS xid8
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    RETURN COALESCE((WITH held AS MATERIALIZED (SELECT pg_locks.virtualtransaction, pg_locks.locktype, pg_locks.transactionid, (((pg_locks.classid)::bigint << 32) | (pg_locks.objid)::bigint) AS name FROM pg_locks WHERE (pg_locks.granted AND (((pg_locks.locktype = 'transactionid'::text) AND (pg_locks.mode = 'ExclusiveLock'::text)) OR ((pg_locks.locktype = 'advisory'::text) AND (pg_locks.objsubid = 1) AND (pg_locks.database = (SELECT pg_database.oid FROM pg_database WHERE (pg_database.datname = current_database()))))))) SELECT min(writing.writing) AS min FROM pg_snapshot_xip(pg_current_snapshot()) writing(writing) WHERE (NOT (EXISTS (SELECT FROM (held numbered JOIN held member USING (virtualtransaction)) WHERE ((numbered.locktype = 'transactionid'::text) AND (numbered.transactionid = (writing.writing)::xid) AND (member.locktype = 'advisory'::text) AND (member.name = readable_below.member_lock)))))), pg_snapshot_xmax(pg_current_snapshot()));
