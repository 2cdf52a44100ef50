insert into diagnostics.code_episodes (
    vehicle_id, ecu, code, first_seen_at, last_seen_at, status, confirmed_at, occurrences, recurred, mil, severity, titles,
    transitions
)
select vehicle_id, 'engine', format('P05%%s-00', 60 + number), %(now)s::timestamptz - number * interval '30 days',
       %(now)s::timestamptz - number * interval '29 days', 'confirmed', %(now)s::timestamptz - number * interval '30 days',
       1, false, true, 2, '{"en": "System voltage low", "zh": "系统电压低"}', '[]'
from vehicles.vehicles, generate_series(0, 9) as number
