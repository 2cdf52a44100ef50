select asked.*
from unnest(%(vehicle_ids)s::bigint[]) as car(vehicle_id)
cross join lateral (
    select event.vehicle_id, event.recorded_at, event.received_at, event.kind, event.odometer_km, event.details
    from published.events as event
    where event.vehicle_id = car.vehicle_id and event.recorded_at >= %(from_at)s and event.recorded_at < %(to_at)s
    order by event.recorded_at, event.boot_number, event.boot_id, event.sequence
) as asked
