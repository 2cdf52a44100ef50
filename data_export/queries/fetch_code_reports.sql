-- A row per code of a report, in the report's order; one without a code for an empty memory.
-- A code has 24 bits. J2012: letter, four digits, failure type byte. J1939: parameter and failure mode.
select asked.*
from unnest(%(vehicle_ids)s::bigint[]) as car(vehicle_id)
cross join lateral (
    select report.vehicle_id, report.recorded_at, report.received_at, report.ecu, report.complete, report.cleared,
           report.odometer_km, told.status, told.occurrences, told.freeze_frame,
           report.system, report.scope,
           case when report.system = 'j1939' then 'SPN' || (told.code >> 5) || '-FMI' || (told.code & 31)
           else substr('PCBU', (told.code >> 22 & 3) + 1, 1) || to_hex(told.code >> 20 & 3)
               || upper(lpad(to_hex(told.code >> 8 & 4095), 3, '0') || '-' || lpad(to_hex(told.code & 255), 2, '0')) end
               as code
    from published.code_reports as report
    left join lateral (
        select (entry.value ->> 'code')::integer as code, (entry.value ->> 'status')::integer as status,
               (entry.value ->> 'occurrences')::bigint as occurrences, entry.value -> 'freeze_frame' as freeze_frame,
               entry.position
        from jsonb_array_elements(report.codes) with ordinality as entry(value, position)
    ) as told on true
    where report.vehicle_id = car.vehicle_id and report.recorded_at >= %(from_at)s and report.recorded_at < %(to_at)s
    order by report.recorded_at, report.boot_number, report.boot_id, report.sequence, told.position
) as asked
