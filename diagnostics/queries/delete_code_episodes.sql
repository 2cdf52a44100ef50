delete from diagnostics.code_episodes as row
using unnest(%(vehicle_id)s::bigint[], %(ecu)s::text[], %(code)s::text[], %(first_seen_at)s::timestamptz[])
    as gone (vehicle_id, ecu, code, first_seen_at)
where row.vehicle_id = gone.vehicle_id and row.ecu = gone.ecu and row.code = gone.code and row.first_seen_at = gone.first_seen_at
