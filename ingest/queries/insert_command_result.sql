insert into telemetry.command_results
    (vehicle_id, boot_id, sequence, recorded_at, received_at, command_id, status, reason)
values (%(vehicle_id)s, %(boot_id)s, %(sequence)s, %(recorded_at)s, %(received_at)s, %(command_id)s, %(status)s,
        %(reason)s)
on conflict do nothing
