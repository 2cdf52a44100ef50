delete from diagnostics.code_transitions as row
using unnest(%(vehicle_id)s::bigint[], %(ecu)s::text[], %(code)s::text[], %(at)s::timestamptz[], %(bit)s::smallint[])
    as gone (vehicle_id, ecu, code, at, bit)
where row.vehicle_id = gone.vehicle_id and row.ecu = gone.ecu and row.code = gone.code and row.at = gone.at and row.bit = gone.bit
