delete from booking.kept_by_law where keep_until < %(today)s
