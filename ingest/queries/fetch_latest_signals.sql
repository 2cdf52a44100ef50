select vehicle_id, signals from telemetry.latest_state where vehicle_id = any(%(vehicle_ids)s)
