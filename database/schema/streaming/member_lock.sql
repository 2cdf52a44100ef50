-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION streaming.member_lock(reading_group text, topics text[]) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    RETURN hashtextextended(concat_ws(' '::text, 'stream member', reading_group, topics), (0)::bigint);
