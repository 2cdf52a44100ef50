delete from diagnostics.trips
using unnest(%(vehicle_ids)s::bigint[], %(started_at)s::timestamptz[]) as gone (vehicle_id, started_at)
where trips.vehicle_id = gone.vehicle_id and trips.started_at = gone.started_at
