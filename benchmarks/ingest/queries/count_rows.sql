select count(*) as rows from samples
