-- What is stored of the days between two instants, anew, one look into the index per day for the odometer; together with
-- what was known of them before, so that the same again, or less of it, changes nothing.
with told as (
    select days.day::date as day, coalesce(sample.recorded_at, event.recorded_at) as recorded_at,
           coalesce(sample.odometer_km, event.odometer_km) as odometer_km,
           case when sample.recorded_at is not null then 'telemetry' when event.recorded_at is not null then 'event' end as source,
           engine.hours_h as engine_hours_h, coalesce(burnt.regenerations, 0) as regenerations,
           coalesce(engine.towed, false) as towed,
           coalesce(engine.levels, '{}') || coalesce(cranked.levels, '{}') as levels,
           jsonb_strip_nulls(jsonb_build_object(
               'km', driven.km, 'idle_s', driven.idle_s, 'running_s', driven.running_s, 'fuel_l', driven.fuel_l,
               'trips', driven.trips, 'cold_starts', driven.cold_starts, 'cold_short', driven.cold_short,
               'ambient_c', driven.ambient_c, 'brake_work_kj_kg', braked.work_kj_kg,
               'weighted_revolutions', round((engine.weighted_rpm * driven.running_s / 60)::numeric, 1),
               'crank_drop_v', cranked.drop_v
           )) || coalesce(engine.gauges, '{}') as wear
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
               )) as levels,
               jsonb_strip_nulls(jsonb_build_object(
                   'engine_oil_life_percent', min(engine_oil_life_percent),
                   'tyre_tread_min_mm',
                   min(least(tyre_tread_front_left_mm, tyre_tread_front_right_mm, tyre_tread_rear_left_mm,
                             tyre_tread_rear_right_mm)),
                   'dpf_ash_mass_g', percentile_disc(0.5) within group (order by dpf_ash_mass_g),
                   'traction_state_of_health_percent',
                   percentile_disc(0.5) within group (order by traction_state_of_health_percent)
               )) as gauges,
               -- Handbook 7.3: a revolution counts by the temperature of the oil.
               avg(engine_speed_rpm * (array[4, 2.5, 1.5, 1, 1.5, 3, 8])[1 + width_bucket(
                       coalesce(engine_oil_temperature_c, coolant_temperature_c, 90)::double precision,
                       array[20, 50, 70, 110, 120, 127]::double precision[])]
                   order by recorded_at)
               filter (where engine_speed_rpm > 0 or vehicle_speed_kmh > 0) as weighted_rpm
        from published.samples
        where vehicle_id = %(vehicle_id)s and recorded_at >= days.day and recorded_at < days.day + interval '1 day'
    ) as engine on sample.recorded_at is not null
    left join lateral (
        -- Handbook 6.7: what the brakes take for each kg of the car; drag and engine take the first 0.25 m/s².
        select round(sum(greatest(0, (before_kmh - speed_kmh) / 3.6 / gap_s - 0.25) * (before_kmh + speed_kmh) / 7.2 * gap_s
                         order by recorded_at)::numeric / 1000, 6) as work_kj_kg
        from (
            select recorded_at, vehicle_speed_kmh::double precision as speed_kmh,
                   lag(vehicle_speed_kmh) over following::double precision as before_kmh,
                   extract(epoch from recorded_at - lag(recorded_at) over following)::double precision as gap_s
            from published.samples
            where vehicle_id = %(vehicle_id)s and vehicle_speed_kmh is not null
              and recorded_at >= days.day and recorded_at < days.day + interval '1 day'
            window following as (order by recorded_at)
        ) as frame
        where gap_s > 0 and gap_s <= 15
    ) as braked on sample.recorded_at is not null
    left join lateral (
        select nullif(count(*), 0) as trips, round(sum(distance_km order by at)::numeric, 3) as km,
               round(sum(driving_s + idle_s order by at)::numeric, 1) as running_s,
               round(sum(idle_s order by at)::numeric, 1) as idle_s, round(sum(fuel_l order by at)::numeric, 4) as fuel_l,
               nullif(count(*) filter (where is_cold), 0) as cold_starts,
               nullif(count(*) filter (where is_cold and driving_s + idle_s < 600 and ambient_c < 0), 0) as cold_short,
               round(avg(ambient_c order by at)::numeric, 2) as ambient_c
        from (
            select (recorded_at, boot_id, sequence) as at, (details ->> 'distance_km')::double precision as distance_km,
                   (details ->> 'driving_s')::double precision as driving_s,
                   (details ->> 'idle_s')::double precision as idle_s, (details ->> 'fuel_l')::double precision as fuel_l,
                   (details ->> 'minimum_ambient_temperature_c')::double precision as ambient_c,
                   coalesce((details ->> 'cold_start')::boolean, false) as is_cold
            from published.events
            where vehicle_id = %(vehicle_id)s and kind = 'trip_summary'
              and recorded_at >= days.day and recorded_at < days.day + interval '1 day'
        ) as trip
    ) as driven on true
    left join lateral (
        select count(*) as regenerations
        from published.events
        where vehicle_id = %(vehicle_id)s and kind = 'regeneration' and (details ->> 'completed')::boolean
          and recorded_at >= days.day and recorded_at < days.day + interval '1 day'
    ) as burnt on true
    left join lateral (
        select jsonb_strip_nulls(jsonb_build_object(
                   'crank_minimum_voltage_v', min(minimum_v)
               )) as levels,
               -- Handbook 6.1: what the starter takes, as at 25 °C.
               round((percentile_disc(0.5) within group (
                   order by (rest_v - minimum_v) / (1 + 0.02 * greatest(0, 25 - battery_c)) / exp(0.012 * (25 - battery_c))
               ))::numeric, 3) as drop_v
        from (
            select (details ->> 'crank_minimum_voltage_v')::double precision as minimum_v,
                   (details ->> 'rest_voltage_v')::double precision as rest_v,
                   coalesce(details ->> 'battery_temperature_c', details ->> 'ambient_temperature_c')::double precision
                   as battery_c
            from published.events
            where vehicle_id = %(vehicle_id)s and kind = 'engine_start'
              and recorded_at >= days.day and recorded_at < days.day + interval '1 day'
        ) as start
    ) as cranked on true
    where sample.recorded_at is not null or event.recorded_at is not null or burnt.regenerations > 0 or driven.trips > 0
)
select coalesce(jsonb_agg(joined order by joined.day), '[]')::text as days
from (
    select %(vehicle_id)s::bigint as vehicle_id, told.day,
           case when first.is_told then told.recorded_at else known.recorded_at end as recorded_at,
           case when first.is_told then told.odometer_km else known.odometer_km end as odometer_km,
           case when first.is_told then told.source else known.source end as source,
           least(known.engine_hours_h, told.engine_hours_h) as engine_hours_h,
           greatest(known.regenerations, told.regenerations) as regenerations,
           coalesce(known.towed, false) or told.towed as towed,
           coalesce(known.levels, '{}') || told.levels as levels,
           coalesce(known.wear, '{}') || told.wear as wear
    from told
    left join planner.vehicle_days as known on known.vehicle_id = %(vehicle_id)s and known.day = told.day
    cross join lateral (
        select told.recorded_at is not null
           and (known.recorded_at is null or (told.source = 'telemetry' and known.source = 'event')
                or (told.source = known.source and told.recorded_at <= known.recorded_at)) as is_told
    ) as first
) as joined
