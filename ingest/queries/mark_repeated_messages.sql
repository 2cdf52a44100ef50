-- Names those that are stored (or set aside) already.
update pg_temp.staging_messages as staged
set repeated = true
from telemetry.continuity as known
where known.vehicle_id = staged.vehicle_id
  and known.boot_id = staged.boot_id
  and not staged.repeated
  and case when staged.set_aside then known.set_aside else known.stored end @> staged.sequence
returning staged.place
