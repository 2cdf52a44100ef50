-- Everything below has been settled: the place from which nothing that comes is passed over.
select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text as transaction_id, 9223372036854775807 as event_id
