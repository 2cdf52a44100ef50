-- What others may read of the telemetry.
create or replace view published.events as
select vehicle_id, recorded_at, received_at, kind, details, odometer_km, boot_id, boot_number, sequence
from telemetry.events;

create or replace view published.dtc_reports as
select vehicle_id, recorded_at, received_at, ecu, complete, cleared, codes, odometer_km, boot_id, boot_number, sequence
from telemetry.dtc_reports;

create or replace view published.latest_state as
select vehicle_id, last_recorded_at, last_received_at, clock_quality, signals as values
from telemetry.latest_state;

create or replace view published.quarantine as
select quarantine_id, vin, reason, disposition, frames, received_at, detail, boot_id, sequence,
       octet_length(payload) as payload_bytes
from telemetry.quarantine;

-- The provenance of everything that is stored, repeats visible if there were any.
create or replace view published.stored_frames as
select vehicle_id, boot_id, sequence, frame, 'sample' as source from telemetry.samples
union all
select vehicle_id, boot_id, sequence, frame, 'collision' from telemetry.sample_collisions
union all
select vehicle_id, boot_id, sequence, 0, 'event' from telemetry.events
union all
select vehicle_id, boot_id, sequence, 0, 'dtc_report' from telemetry.dtc_reports
union all
select vehicle_id, boot_id, sequence, 0, 'command_result' from telemetry.command_results;

grant select on published.events, published.dtc_reports, published.latest_state, published.quarantine,
    published.stored_frames to servicelane_reader;
