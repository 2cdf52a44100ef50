-- Findings and trouble codes of these cars as symptoms, in Unix seconds. A code's finding repeats the code and is left out.
-- Some findings and codes may be given as a transaction will leave them, in place of the stored ones.
with finding as (
    select vehicle_id, kind, component, severity, onset_at, ended_at, evidence
    from diagnostics.findings
    where vehicle_id = any(%(vehicle_ids)s) and finding_id <> all(%(replaced)s::uuid[])
    union all
    select vehicle_id, kind, component, severity, onset_at, ended_at, evidence
    from jsonb_to_recordset(%(findings)s::jsonb) as told (
        vehicle_id bigint, kind text, component text, severity smallint, onset_at timestamptz, ended_at timestamptz,
        evidence jsonb
    )
    where vehicle_id = any(%(vehicle_ids)s)
), episode as (
    select vehicle_id, code, severity, first_seen_at, confirmed_at, healed_at, ended_at, titles, suppressed_by
    from diagnostics.code_episodes
    where vehicle_id = any(%(vehicle_ids)s) and vehicle_id <> all(%(recoded)s::bigint[])
    union all
    select vehicle_id, code, severity, first_seen_at, confirmed_at, healed_at, ended_at, titles, suppressed_by
    from jsonb_to_recordset(%(episodes)s::jsonb) as told (
        vehicle_id bigint, code text, severity smallint, first_seen_at timestamptz, confirmed_at timestamptz,
        healed_at timestamptz, ended_at timestamptz, titles jsonb, suppressed_by text
    )
    where vehicle_id = any(%(vehicle_ids)s)
)
select vehicle.vehicle_id, vehicle.vin, vehicle.make || ' ' || vehicle.model as model, symptom.entry_id, symptom.component,
       symptom.severity, symptom.firm, symptom.fields, symptom.titles,
       extract(epoch from symptom.first_seen_at)::float8 as first_seen_s,
       extract(epoch from symptom.ended_at)::float8 as ended_s
from (
    select vehicle_id, 'finding:' || kind as entry_id, component, severity, onset_at as first_seen_at, ended_at,
           true as firm,
           array(select distinct told ->> 'signal' from jsonb_array_elements(evidence) as told order by 1) as fields,
           '{}'::jsonb as titles
    from finding
    where kind <> 'trouble_code'
    union all
    select vehicle_id, split_part(code, '-', 1), code, severity, first_seen_at, coalesce(healed_at, ended_at),
           confirmed_at is not null, '{}', titles
    from episode
    where suppressed_by is null or suppressed_by not in ('low_voltage', 'workshop_session')
) as symptom
join published.vehicles as vehicle using (vehicle_id)
order by vehicle.vehicle_id
