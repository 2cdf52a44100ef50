-- A value of up to about 8 kB stays in its row: out of line it is cut into pieces of 2 kB, each a row with an index entry of
-- its own, to be put together again by each reader. Most batches of a car are between the two.
alter table streaming.records set (toast_tuple_target = 8160);

-- Records are found by their place, never by what is in them.
alter table streaming.records
    alter column key set statistics 0, alter column value set statistics 0, alter column headers set statistics 0;

-- With a default that changes from row to row COPY inserts row by row; with one of the statement it fills whole pages.
alter table streaming.records alter column appended_at set default statement_timestamp();
