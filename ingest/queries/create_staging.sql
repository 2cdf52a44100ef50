-- Each connection of the writer has its own; emptied by every commit.
create temp table if not exists staging_samples (like telemetry.samples including defaults) on commit delete rows
