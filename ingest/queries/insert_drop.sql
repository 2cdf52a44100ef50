insert into telemetry.drops
    (vehicle_id, boot_id, sequence, position, reason, priority, frames, from_recorded_at, to_recorded_at)
values (%(vehicle_id)s, %(boot_id)s, %(sequence)s, %(position)s, %(reason)s, %(priority)s, %(frames)s,
        %(from_recorded_at)s, %(to_recorded_at)s)
on conflict do nothing
