select n_tup_ins as rows from pg_stat_user_tables where relname = 'samples'
