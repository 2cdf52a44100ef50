select distinct group_name from telemetry.aggregated_signals order by group_name
