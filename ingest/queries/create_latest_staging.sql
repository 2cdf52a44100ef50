create temp table if not exists staging_latest (like telemetry.latest_state) on commit delete rows
