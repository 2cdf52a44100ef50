select serial, revoked_at from vehicles.certificates where revoked_at is not null and not_after > %(expiring_after)s
