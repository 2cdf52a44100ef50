update telemetry.quarantine
set reason = %(reason)s, detail = left(%(detail)s, 2000), disposition = %(disposition)s,
    attempts = attempts + 1, last_attempt_at = now(),
    boot_id = coalesce(boot_id, %(boot_id)s), sequence = coalesce(sequence, %(sequence)s),
    frames = coalesce(%(frames)s, frames)
where quarantine_id = %(quarantine_id)s
