update telemetry.quarantine
set redriven_at = now(), outcome = %(outcome)s, redriven_by = %(requested_by)s, clock_offset_ms = %(clock_offset_ms)s,
    attempts = attempts + 1, last_attempt_at = now(),
    boot_id = coalesce(boot_id, %(boot_id)s), sequence = coalesce(sequence, %(sequence)s)
where quarantine_id = %(quarantine_id)s
