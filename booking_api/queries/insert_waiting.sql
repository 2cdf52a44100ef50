insert into booking.waiting (
    entry_id, vehicle_id, owner_id, workshop_id, recommendation_ids, from_at, until_at, created_at
) values (
    %(entry_id)s, %(vehicle_id)s, %(owner_id)s, %(workshop_id)s, %(recommendation_ids)s, %(from_at)s, %(until_at)s, %(now)s
)
