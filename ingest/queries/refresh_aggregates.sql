select telemetry.refresh_aggregates(
    %(step)s, %(vehicle_ids)s::bigint[], %(from_ats)s::timestamptz[], %(to_ats)s::timestamptz[])
