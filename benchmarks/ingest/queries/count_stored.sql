-- Frames and code reports of ours, by provenance, and the commit that stored the last of them.
with transactions as (
    select xmin as transaction_id from telemetry.samples
    union
    select xmin from telemetry.dtc_reports
    union
    select xmin from telemetry.positions
)
select (select count(*) from telemetry.samples) + (select count(*) from telemetry.dtc_reports) as rows,
       (select count(distinct (vehicle_id, boot_id, sequence, frame)) from telemetry.samples)
           + (select count(distinct (vehicle_id, boot_id, sequence)) from telemetry.dtc_reports) as frames,
       (select count(*) from telemetry.sample_collisions) as collisions,
       (select count(*) from telemetry.quarantine) as quarantined,
       (select max(pg_xact_commit_timestamp(transaction_id)) from transactions) as last_commit_at
