-- Forgets all but the newest ranges of one boot. A message below is no longer known for a repeat here; the unique index of
-- the samples knows it.
update telemetry.continuity as known
set stored = known.stored * int8multirange(int8range(kept.known_from, null)),
    set_aside = known.set_aside * int8multirange(int8range(kept.known_from, null)),
    known_from = kept.known_from
from (
    select lower(numbers) as known_from
    from telemetry.continuity as long
    cross join unnest(long.stored + long.set_aside) as numbers
    where long.vehicle_id = %(vehicle_id)s and long.boot_id = %(boot_id)s
    order by lower(numbers) desc
    offset %(ranges)s
    limit 1
) as kept
where known.vehicle_id = %(vehicle_id)s and known.boot_id = %(boot_id)s
