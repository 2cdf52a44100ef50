-- Of the frames in the pages from %(first_page)s on: how many, and seconds from arrival to the commit of the row.
with commits as (
    select transaction_id, extract(epoch from pg_xact_commit_timestamp(transaction_id)) as at
      from (
          select distinct xmin as transaction_id
            from telemetry.samples
           where ctid >= format('(%%s,0)', %(first_page)s::bigint)::tid
      ) as of_samples
)
select count(*) as frames,
       percentile_cont(array[0.5, 0.99, 1.0]) within group (
           order by (commits.at - extract(epoch from sample.received_at))::double precision
       ) as arrival
  from telemetry.samples as sample
  join commits on commits.transaction_id = sample.xmin
 where sample.ctid >= format('(%%s,0)', %(first_page)s::bigint)::tid
