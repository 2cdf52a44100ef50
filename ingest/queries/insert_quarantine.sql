insert into telemetry.quarantine
    (vin, topic, content_type, reason, disposition, detail, boot_id, sequence, frames, received_at, payload)
values (%(vin)s, %(topic)s, %(content_type)s, %(reason)s, %(disposition)s, %(detail)s, %(boot_id)s, %(sequence)s,
        %(frames)s, %(received_at)s, %(payload)s)
on conflict do nothing
