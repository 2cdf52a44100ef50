-- Findings and trouble codes of these cars as symptoms, in Unix seconds. A code's finding repeats the code and is left out.
select vehicle.vehicle_id, vehicle.vin, vehicle.make || ' ' || vehicle.model as model, symptom.entry_id, symptom.component,
       symptom.severity, symptom.firm, symptom.fields, symptom.titles,
       extract(epoch from symptom.first_seen_at)::float8 as first_seen_s,
       extract(epoch from symptom.ended_at)::float8 as ended_s
from (
    select vehicle_id, 'finding:' || kind as entry_id, component, severity, onset_at as first_seen_at, ended_at,
           true as firm,
           array(select distinct told ->> 'signal' from jsonb_array_elements(evidence) as told order by 1) as fields,
           '{}'::jsonb as titles
    from diagnostics.findings
    where vehicle_id = any(%(vehicle_ids)s) and kind <> 'trouble_code'
    union all
    select vehicle_id, split_part(code, '-', 1), code, severity, first_seen_at, coalesce(healed_at, ended_at),
           confirmed_at is not null, '{}', titles
    from diagnostics.code_episodes
    where vehicle_id = any(%(vehicle_ids)s)
      and (suppressed_by is null or suppressed_by not in ('low_voltage', 'workshop_session'))
) as symptom
join published.vehicles as vehicle using (vehicle_id)
order by vehicle.vehicle_id
