-- Seconds from arrival and from publish to the commit of the row: median, 99th percentile, longest.
with commits as (
    select transaction_id, extract(epoch from pg_xact_commit_timestamp(transaction_id)) as at
      from (select distinct xmin as transaction_id from telemetry.samples) as of_samples
), frames as (
    select commits.at - extract(epoch from sample.received_at) as since_arrival,
           commits.at - instant.unix_us / 1e6 as since_publish
      from telemetry.samples as sample
      join commits on commits.transaction_id = sample.xmin
      join pg_temp.publish_instants as instant using (vehicle_id, sequence)
)
select percentile_cont(array[0.5, 0.99, 1.0]) within group (order by since_arrival::double precision) as arrival,
       percentile_cont(array[0.5, 0.99, 1.0]) within group (order by since_publish::double precision) as publish
  from frames
