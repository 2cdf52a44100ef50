select address.owner_id, chosen.language
from planner.calendar_addresses as address
left join planner.reminder_preferences as chosen using (owner_id)
where address.secret_sha256 = %(secret_sha256)s
