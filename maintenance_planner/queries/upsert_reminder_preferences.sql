insert into planner.reminder_preferences (
    owner_id, language, time_zone, quiet_since, quiet_until, channels, changed_at
)
values (
    %(owner_id)s, %(language)s, %(time_zone)s, %(quiet_since)s, %(quiet_until)s, %(channels)s, %(now)s
)
on conflict (owner_id) do update
set language = excluded.language, time_zone = excluded.time_zone, quiet_since = excluded.quiet_since,
    quiet_until = excluded.quiet_until, channels = excluded.channels, changed_at = excluded.changed_at
