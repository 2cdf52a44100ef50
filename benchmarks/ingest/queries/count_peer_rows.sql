select count(*) as rows,
       count(distinct (vehicle_id, boot_id, sequence, frame)) as frames,
       (select max(pg_xact_commit_timestamp(transaction_id))
          from (select distinct xmin as transaction_id from samples) as of_rows) as last_commit_at
  from samples
