-- Hypertables and continuous aggregates with all their chunks. `kept` is null where no policy drops anything.
with known as (
    select format('%%I.%%I', hypertable_schema, hypertable_name) as name, 'hypertable' as kind,
           format('%%I.%%I', hypertable_schema, hypertable_name)::regclass as stored_in, hypertable_name as short
    from timescaledb_information.hypertables
    where hypertable_schema !~ '^_timescaledb'
    union all
    select format('%%I.%%I', view_schema, view_name), 'continuous aggregate',
           format('%%I.%%I', materialization_hypertable_schema, materialization_hypertable_name)::regclass, view_name
    from timescaledb_information.continuous_aggregates
)
select known.name, known.kind, hypertable_size(known.stored_in) as bytes,
       approximate_row_count(known.stored_in) as about_rows, chunk.chunks, chunk.packed_chunks,
       (select (job.config ->> 'drop_after')::interval
        from timescaledb_information.jobs as job
        where job.proc_name = 'policy_retention'
          and job.hypertable_name in (known.short, split_part(known.stored_in::text, '.', 2))) as kept
from known
cross join lateral (
    select count(*) as chunks, count(*) filter (where is_compressed) as packed_chunks
    from timescaledb_information.chunks as part
    where format('%%I.%%I', part.hypertable_schema, part.hypertable_name)::regclass = known.stored_in
) as chunk
order by bytes desc, known.name
