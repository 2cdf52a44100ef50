-- Which kind of code a report lists, and which list it is; what the lamps did.
alter table telemetry.dtc_reports add column if not exists system text not null default 'uds';
alter table telemetry.dtc_reports add column if not exists scope text not null default 'memory';
alter table telemetry.dtc_reports add column if not exists status_mask smallint not null default 255;
alter table telemetry.dtc_reports add column if not exists lamps jsonb not null default '{}';

-- What `published.dtc_reports` says, and this.
create or replace view published.code_reports as
select vehicle_id, recorded_at, received_at, ecu, complete, cleared, codes, odometer_km, boot_id, boot_number, sequence,
       system, scope, status_mask, lamps
from telemetry.dtc_reports;

grant select on published.code_reports to servicelane_reader;
