-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION telemetry.create_continuous_aggregate(wanted text, step text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    target constant text := wanted || '_by_' || step;
    policy record;
begin
    execute format('create materialized view if not exists telemetry.%I '
                   'with (timescaledb.continuous, timescaledb.materialized_only = true) as %s with no data', target,
                   telemetry.aggregate_query(wanted, step, format('time_bucket(interval ''1 %s'', %%s)', step), ''));
    select * into strict policy
    from (values ('minute', interval '3 days', interval '90 seconds', interval '1 minute', 60),
                 ('hour', interval '4 days', null, interval '10 minutes', 24),
                 ('day', interval '7 days', null, interval '1 hour', 7)
    ) as known (step, looks_back, ends_before_now, runs_every, buckets)
    where known.step = create_continuous_aggregate.step;
    perform add_continuous_aggregate_policy(
        format('telemetry.%I', target)::regclass, start_offset => policy.looks_back,
        end_offset => policy.ends_before_now, schedule_interval => policy.runs_every, if_not_exists => true);
    perform alter_job(job.job_id, config => job.config || jsonb_build_object('buckets_per_batch', policy.buckets))
    from timescaledb_information.jobs as job
    join timescaledb_information.continuous_aggregates as aggregate
        on job.hypertable_name in (aggregate.view_name, aggregate.materialization_hypertable_name)  -- by the version
    where job.proc_name = 'policy_refresh_continuous_aggregate' and aggregate.view_name = target;
    execute format('grant select on telemetry.%I to servicelane_ingest', target);
end
$$;
