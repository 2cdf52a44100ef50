-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION telemetry.published_aggregate_columns(wanted text) RETURNS text
    LANGUAGE sql STABLE
    AS $_$
    select string_agg(
        format('%1$s_count, %1$s_min, %1$s_max', signal)
        || case when sum_bits is null then '' else
               format(', %1$s_sum / (%2$s::double precision * %1$s_count) as %1$s_mean', signal, 2 ^ sum_bits) end,
        E',\n       ' order by signal)
    from telemetry.aggregated_signals
    where group_name = wanted
$_$;
