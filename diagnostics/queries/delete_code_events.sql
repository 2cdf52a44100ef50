delete from diagnostics.code_events as row
using unnest(%(vehicle_id)s::bigint[], %(event_id)s::uuid[])
    as gone (vehicle_id, event_id)
where row.vehicle_id = gone.vehicle_id and row.event_id = gone.event_id
