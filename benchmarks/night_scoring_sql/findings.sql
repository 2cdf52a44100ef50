insert into diagnostics.findings
select gen_random_uuid(), vehicle_id, 'battery_ageing', 'battery_12v', 3, at, at, null, '[]',
       '{"en": "The 12 V battery is weak.", "zh": "12 V 蓄电池电量不足。"}'
from vehicles.vehicles
cross join lateral (select %(as_of)s::timestamptz - interval '2 days' as at) as found
where vehicle_id %% 20 = 0
