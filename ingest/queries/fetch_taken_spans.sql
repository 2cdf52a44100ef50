-- Where the staging still meets instants that are taken, by car and day. The queries that settle them are given one such
-- span as values: of a chunk in the columnstore TimescaleDB then unpacks no more than that, where a join alone would
-- have it unpack the whole table.
select vehicle_id, min(recorded_at) as from_at, max(recorded_at) as to_at
from pg_temp.staging_samples
group by vehicle_id, date_bin('1 day', recorded_at, 'epoch')
order by vehicle_id, from_at
