-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION telemetry.aggregate_query(wanted text, step text, bucket text, span text) RETURNS text
    LANGUAGE sql STABLE
    AS $_$
    select format(
        E'select source.vehicle_id, %1$s as bucket_at,\n       %2$s\nfrom telemetry.%3$I as source%4$s%5$s\n'
        'group by source.vehicle_id, %1$s',
        format(bucket, instant),
        telemetry.aggregate_columns(wanted, step),
        source,
        span,
        case when step = 'minute' then E'\nwhere num_nonnulls(' || names || ') > 0' end)
    from (values
        ('minute', 'samples', 'source.recorded_at'),
        ('hour', wanted || '_by_minute', 'source.bucket_at'),
        ('day', wanted || '_by_hour', 'source.bucket_at')
    ) as known (step, source, instant)
    cross join lateral (
        select string_agg(format('source.%I', signal), ', ' order by signal) as names
        from telemetry.aggregated_signals
        where group_name = wanted
    ) as signals
    where known.step = aggregate_query.step
$_$;
