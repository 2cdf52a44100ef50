select step, count(*) as days from telemetry.touched group by step
