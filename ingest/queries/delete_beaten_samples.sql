-- The shown version makes room where a staged one is higher; it is in telemetry.sample_collisions by now.
delete from telemetry.samples as shown
using pg_temp.staging_samples as staged
where shown.vehicle_id = %(vehicle_id)s
  and shown.recorded_at between %(from_at)s and %(to_at)s
  and shown.vehicle_id = staged.vehicle_id
  and shown.recorded_at = staged.recorded_at
  and (staged.boot_number, staged.boot_id, staged.sequence, staged.frame)
    > (shown.boot_number, shown.boot_id, shown.sequence, shown.frame)
