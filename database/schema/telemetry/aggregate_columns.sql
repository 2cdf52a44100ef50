-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION telemetry.aggregate_columns(wanted text, step text) RETURNS text
    LANGUAGE sql STABLE
    AS $_$
    select string_agg(
        case step
            when 'minute' then
                format('count(%1$s)::integer as %1$s_count, min(%1$s) as %1$s_min, max(%1$s) as %1$s_max', signal)
                || case when sum_bits is null then '' else
                       format(', sum((%1$s * %2$s::double precision)::integer) as %1$s_sum', signal, 2 ^ sum_bits) end
            else
                format('sum(%1$s_count)::integer as %1$s_count, min(%1$s_min) as %1$s_min, max(%1$s_max) as %1$s_max',
                       signal)
                || case when sum_bits is null then '' else
                       format(', sum(%1$s_sum)::bigint as %1$s_sum', signal) end
        end,
        E',\n       ' order by signal)
    from telemetry.aggregated_signals
    where group_name = wanted
$_$;
