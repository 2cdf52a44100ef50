select pg_advisory_xact_lock(hashtextextended('planner_jobs', 0)), to_regclass('planner_jobs.procrastinate_jobs') is not null as is_there
