-- A hundred days, and two days a week of two years before them.
insert into planner.vehicle_days (vehicle_id, day, recorded_at, odometer_km, source, engine_hours_h, regenerations, levels)
select car.vehicle_id, day::date, day + interval '7 hours', shown.km, 'telemetry', number * 1.1, 0,
       jsonb_build_object('coolant_temperature_max_c', 92, 'system_voltage_v', 14.1)
from vehicles.vehicles as car
cross join generate_series(0, 730) as number
cross join lateral (
    select %(as_of)s::timestamptz - interval '731 days' + number * interval '1 day' as day,
           20000 + (20 + car.vehicle_id %% 50) * number::double precision as km
) as driven
cross join lateral (
    select case when car.vehicle_id %% 50 = 0 and number > 650 then km - (20 + car.vehicle_id %% 50) * 650 - 20000
                else km end as km
) as shown
where number > 630 or extract(isodow from day) in (1, 4)
