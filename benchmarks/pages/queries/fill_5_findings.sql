-- Three on every car, one of them still there.
insert into diagnostics.findings (
    finding_id, vehicle_id, kind, component, severity, found_at, onset_at, ended_at, evidence, texts
)
select gen_random_uuid(), vehicle_id, 'battery_ageing', '12 V battery', 1 + number,
       %(now)s::timestamptz - number * interval '90 days' - interval '1 hour',
       %(now)s::timestamptz - number * interval '90 days' - interval '9 days',
       case when number > 0 then %(now)s::timestamptz - number * interval '80 days' end,
       '[{"signal": "battery_voltage_v", "quantity": "rest", "value": 11.9, "unit": "V", "threshold": 12.2,
          "words": {"en": "voltage at rest", "zh": "静态电压"}}]',
       '{"en": "The 12 V battery is weakening.", "zh": "12V蓄电池正在老化。"}'
from vehicles.vehicles, generate_series(0, 2) as number
