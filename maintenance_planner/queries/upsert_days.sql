-- The days between two instants anew, from what is stored: one look into the index per day for the odometer.
insert into planner.vehicle_days as known
    (vehicle_id, day, recorded_at, odometer_km, source, engine_hours_h, regenerations, towed, levels)
select %(vehicle_id)s, days.day::date, coalesce(sample.recorded_at, event.recorded_at),
       coalesce(sample.odometer_km, event.odometer_km),
       case when sample.recorded_at is not null then 'telemetry' when event.recorded_at is not null then 'event' end,
       engine.hours_h, coalesce(burnt.regenerations, 0), coalesce(engine.towed, false),
       coalesce(engine.levels, '{}') || coalesce(cranked.levels, '{}')
from generate_series(date_trunc('day', %(from_at)s::timestamptz), %(to_at)s::timestamptz, interval '1 day') as days (day)
left join lateral (
    select recorded_at, odometer_km
    from published.samples
    where vehicle_id = %(vehicle_id)s and odometer_km is not null
      and recorded_at >= days.day and recorded_at < days.day + interval '1 day'
    order by recorded_at
    limit 1
) as sample on true
left join lateral (
    select recorded_at, odometer_km
    from published.events
    where vehicle_id = %(vehicle_id)s and odometer_km is not null
      and recorded_at >= days.day and recorded_at < days.day + interval '1 day'
    order by recorded_at, boot_number, sequence
    limit 1
) as event on sample.recorded_at is null
left join lateral (
    select min(engine_hours_h) as hours_h, bool_or(is_trailer_connected) as towed,
           jsonb_strip_nulls(jsonb_build_object(
               'washer_fluid_low', bool_or(washer_fluid_low)::integer,
               'brake_fluid_level_low', bool_or(brake_fluid_level_low)::integer,
               'def_level_percent', min(def_level_percent),
               'engine_oil_level_mm', percentile_disc(0.5) within group (order by engine_oil_level_mm),
               'coolant_level_percent', percentile_disc(0.5) within group (order by coolant_level_percent),
               'wiper_wear_percent', max(wiper_wear_percent),
               'system_voltage_v',
               percentile_disc(0.5) within group (order by system_voltage_v) filter (where vehicle_speed_kmh > 20),
               'coolant_temperature_max_c', max(coolant_temperature_c),
               'long_term_fuel_trim_1_percent',
               percentile_disc(0.5) within group (order by long_term_fuel_trim_1_percent),
               'dpf_differential_pressure_kpa',
               percentile_disc(0.5) within group (order by dpf_differential_pressure_kpa)
               filter (where vehicle_speed_kmh > 20),
               'brake_pad_min_mm',
               min(least(brake_pad_front_left_mm, brake_pad_front_right_mm, brake_pad_rear_left_mm,
                         brake_pad_rear_right_mm))
           )) as levels
    from published.samples
    where vehicle_id = %(vehicle_id)s and recorded_at >= days.day and recorded_at < days.day + interval '1 day'
) as engine on sample.recorded_at is not null
left join lateral (
    select count(*) as regenerations
    from published.events
    where vehicle_id = %(vehicle_id)s and kind = 'regeneration' and (details ->> 'completed')::boolean
      and recorded_at >= days.day and recorded_at < days.day + interval '1 day'
) as burnt on true
left join lateral (
    select jsonb_strip_nulls(jsonb_build_object(
               'crank_minimum_voltage_v', min((details ->> 'crank_minimum_voltage_v')::double precision)
           )) as levels
    from published.events
    where vehicle_id = %(vehicle_id)s and kind = 'engine_start'
      and recorded_at >= days.day and recorded_at < days.day + interval '1 day'
) as cranked on true
where sample.recorded_at is not null or event.recorded_at is not null or burnt.regenerations > 0
on conflict (vehicle_id, day) do update
set recorded_at = case when excluded.recorded_at is not null and (
           known.recorded_at is null or (excluded.source = 'telemetry' and known.source = 'event')
           or (excluded.source = known.source and excluded.recorded_at <= known.recorded_at))
                       then excluded.recorded_at else known.recorded_at end,
    odometer_km = case when excluded.recorded_at is not null and (
           known.recorded_at is null or (excluded.source = 'telemetry' and known.source = 'event')
           or (excluded.source = known.source and excluded.recorded_at <= known.recorded_at))
                       then excluded.odometer_km else known.odometer_km end,
    source = case when excluded.recorded_at is not null and (
           known.recorded_at is null or (excluded.source = 'telemetry' and known.source = 'event')
           or (excluded.source = known.source and excluded.recorded_at <= known.recorded_at))
                       then excluded.source else known.source end,
    engine_hours_h = least(known.engine_hours_h, excluded.engine_hours_h),
    regenerations = greatest(known.regenerations, excluded.regenerations),
    towed = known.towed or excluded.towed,
    levels = known.levels || excluded.levels
where known is distinct from excluded
