insert into planner.recommendations (
    recommendation_id, vehicle_id, item, urgency, titles, reasons, finding_ids, operations, due_at, latest_safe_at, details
)
select gen_random_uuid(), vehicle_id, 'battery_12v', 2, '{"en": "Battery", "zh": "蓄电池"}', '{"en": [], "zh": []}', '{}',
       '[{"code": "battery_12v", "minutes": 60, "skill": "electrical"}]', %(now)s::timestamptz + interval '9 days',
       %(now)s::timestamptz + interval '12 days',
       '{"minutes": [30, 60], "cost_eur": [180, 260], "covered_by": null, "skills": ["electrical"], "parts": [],
         "if_ignored": {"en": "It may strand.", "zh": "可能抛锚。"}}'
from vehicles.vehicles
