-- Aggregates of the samples by minute, hour and day (UTC), of each group of signals. On TimescaleDB they are continuous
-- aggregates, on plain PostgreSQL tables of the same name and columns that a job keeps (`python -m ingest aggregates`).

-- One group's columns, of samples (step 'minute') or of the finer aggregate ('hour', 'day').
create or replace function telemetry.aggregate_columns(wanted text, step text) returns text
language sql stable
as $$
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
$$;

-- What others may read: the mean in the signal's own unit instead of the sum.
create or replace function telemetry.published_aggregate_columns(wanted text) returns text
language sql stable
as $$
    select string_agg(
        format('%1$s_count, %1$s_min, %1$s_max', signal)
        || case when sum_bits is null then '' else
               format(', %1$s_sum / (%2$s::double precision * %1$s_count) as %1$s_mean', signal, 2 ^ sum_bits) end,
        E',\n       ' order by signal)
    from telemetry.aggregated_signals
    where group_name = wanted
$$;

-- A query over one group's source, `span` being a table to join where only some of it is wanted.
create or replace function telemetry.aggregate_query(wanted text, step text, bucket text, span text) returns text
language sql stable
as $$
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
$$;

-- Plain PostgreSQL: a table.
create or replace function telemetry.create_aggregate_table(wanted text, step text) returns void
language plpgsql
as $$
declare
    target constant text := wanted || '_by_' || step;
begin
    execute format('create table if not exists telemetry.%I as %s with no data', target,
                   telemetry.aggregate_query(wanted, step, format('date_bin(''1 %s'', %%s, ''epoch'')', step), ''));
    if not exists (select from pg_constraint
                   where conrelid = format('telemetry.%I', target)::regclass and contype = 'p') then
        execute format('alter table telemetry.%I add primary key (vehicle_id, bucket_at)', target);
    end if;
    execute format('grant select, insert, delete on telemetry.%I to servicelane_ingest', target);
end
$$;

-- Plain PostgreSQL: one step of every group, made anew from what is stored, for some spans (whole buckets) of some cars.
create or replace function telemetry.refresh_aggregates(
    step text, vehicle_ids bigint[], from_ats timestamptz[], to_ats timestamptz[]
) returns void
language plpgsql set jit = off
as $$
declare
    instant constant text := case step when 'minute' then 'recorded_at' else 'bucket_at' end;
    within constant text := 'using unnest($1, $2, $3) as span (vehicle_id, from_at, to_at) '
        'where old.vehicle_id = span.vehicle_id and old.bucket_at >= span.from_at and old.bucket_at < span.to_at';
    joined constant text := format(
        E'\njoin unnest($1, $2, $3) as span (vehicle_id, from_at, to_at) on source.vehicle_id = span.vehicle_id '
        'and source.%1$I >= span.from_at and source.%1$I < span.to_at', instant);
    wanted text;
    target text;
begin
    for wanted in select distinct group_name from telemetry.aggregated_signals order by group_name loop
        target := wanted || '_by_' || step;
        execute format('delete from telemetry.%I as old %s', target, within) using vehicle_ids, from_ats, to_ats;
        execute format('insert into telemetry.%I %s', target, telemetry.aggregate_query(
            wanted, step, format('date_bin(''1 %s'', %%s, ''epoch'')', step), joined))
        using vehicle_ids, from_ats, to_ats;
    end loop;
end
$$;

-- TimescaleDB: the continuous aggregate and its policy. The policy looks back for some days; what arrives later than
-- that is refreshed by the job. A minute shows when it is over, an hour and a day as far as they have come.
create or replace function telemetry.create_continuous_aggregate(wanted text, step text) returns void
language plpgsql
as $$
declare
    target constant text := wanted || '_by_' || step;
    policy record;
begin
    execute format('create materialized view if not exists telemetry.%I '
                   'with (timescaledb.continuous, timescaledb.materialized_only = true) as %s with no data', target,
                   telemetry.aggregate_query(wanted, step, format('time_bucket(interval ''1 %s'', %%s)', step), ''));
    select * into strict policy
    from (values ('minute', interval '3 days', interval '90 seconds', interval '1 minute'),
                 ('hour', interval '4 days', null, interval '10 minutes'),
                 ('day', interval '7 days', null, interval '1 hour')
    ) as known (step, looks_back, ends_before_now, runs_every)
    where known.step = create_continuous_aggregate.step;
    perform add_continuous_aggregate_policy(
        format('telemetry.%I', target)::regclass, start_offset => policy.looks_back,
        end_offset => policy.ends_before_now, schedule_interval => policy.runs_every, if_not_exists => true);
    execute format('grant select on telemetry.%I to servicelane_ingest', target);
end
$$;

-- All of one group, from minutes to days; what is there already stays as it is.
create or replace function telemetry.create_aggregates(wanted text) returns void
language plpgsql
as $$
declare
    on_timescale constant boolean := (select value <> '' from database.facts where name = 'timescaledb');
    step text;
begin
    foreach step in array array['minute', 'hour', 'day'] loop
        if on_timescale then
            perform telemetry.create_continuous_aggregate(wanted, step);
        else
            perform telemetry.create_aggregate_table(wanted, step);
        end if;
        execute format(E'create or replace view published.%1$I as\nselect vehicle_id, bucket_at, %2$s\n'
                       'from telemetry.%1$I', wanted || '_by_' || step, telemetry.published_aggregate_columns(wanted));
        execute format('grant select on published.%I to servicelane_reader', wanted || '_by_' || step);
    end loop;
end
$$;

select telemetry.create_aggregates(group_name)
from (select distinct group_name from telemetry.aggregated_signals order by group_name) as groups;
