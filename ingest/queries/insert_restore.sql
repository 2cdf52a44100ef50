insert into telemetry.restores (backup_taken_at) values (%(backup_taken_at)s)
