-- TimescaleDB: which retention each hypertable and continuous aggregate of the telemetry has.
select coalesce(aggregate.view_name, job.hypertable_name) as name, (job.config ->> 'drop_after')::interval as drop_after
from timescaledb_information.jobs as job
left join timescaledb_information.continuous_aggregates as aggregate
    on (aggregate.materialization_hypertable_schema, aggregate.materialization_hypertable_name)
        = (job.hypertable_schema, job.hypertable_name)
where job.proc_name = 'policy_retention'
