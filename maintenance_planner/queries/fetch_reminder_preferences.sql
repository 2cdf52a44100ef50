select owner_id, language, time_zone, quiet_since, quiet_until, channels
from planner.reminder_preferences
where owner_id = any(%(owner_ids)s)
