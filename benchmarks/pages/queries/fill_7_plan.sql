insert into planner.service_status (
    vehicle_id, item, titles, state, remaining_km, remaining_days, due_at, due_earliest_at, due_latest_at, due_odometer_km,
    last_on, assumed
)
select vehicle_id, item, jsonb_build_object('en', item, 'zh', item), 'planned', days * 40, days,
       %(now)s::timestamptz + make_interval(days => days), %(now)s::timestamptz + make_interval(days => days - 9),
       %(now)s::timestamptz + make_interval(days => days + 30), 52000 + days * 40, date '2025-03-01', false
from vehicles.vehicles,
     (values ('engine_oil', 12), ('brake_fluid', 40), ('cabin_filter', 90), ('air_filter', 200)) as due (item, days)
