update vehicles.certificates set revoked_at = %(revoked_at)s
where vehicle_id = %(vehicle_id)s
  and revoked_at is null
  and (%(serial)s::text is null or serial = %(serial)s)
returning serial
