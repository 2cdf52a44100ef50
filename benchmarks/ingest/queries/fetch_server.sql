select pg_backend_pid() as pid, current_setting('track_commit_timestamp') as track_commit_timestamp
