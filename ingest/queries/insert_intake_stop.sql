insert into telemetry.intake_stops (part, affected, heard) values (%(part)s, %(affected)s, %(heard)s)
