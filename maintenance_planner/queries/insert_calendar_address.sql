insert into planner.calendar_addresses (secret_sha256, owner_id, made_at)
values (%(secret_sha256)s, %(owner_id)s, %(now)s)
