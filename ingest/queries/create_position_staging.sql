create temp table if not exists staging_positions (like telemetry.positions) on commit delete rows
