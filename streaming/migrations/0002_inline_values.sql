-- A value of up to about 8 kB stays in its row: out of line it is cut into pieces of 2 kB, each a row with an index entry of
-- its own, to be put together again by each reader. Most batches of a car are between the two.
alter table streaming.records set (toast_tuple_target = 8160);
